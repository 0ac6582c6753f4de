package io.capstan.raft.lock;

import static io.capstan.raft.Cluster.await;
import static io.capstan.raft.Cluster.get;
import static io.capstan.raft.Cluster.others;
import static io.capstan.raft.Within.within;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.Failure;
import io.capstan.raft.Cluster;
import io.capstan.raft.Consistency;
import io.capstan.raft.RaftFailure;
import io.capstan.raft.Within;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LocksTest {
    private static final List<String> VOTERS = List.of("s1", "s2", "s3");
    private static final Within SOON = within(ofSeconds(20));
    private static final Ttl LONG = Ttl.of(ofSeconds(60));

    private final Map<String, Locks> locks = new ConcurrentHashMap<>();
    private final List<LostCause> lost = new CopyOnWriteArrayList<>();
    private final Cluster cluster = new Cluster(
            "capstan.raft.voters = [s1, s2, s3]",
            (started, raft) ->
                    locks.put(started.name(), new Locks(started.system(), raft, started.name(), HolderClock.SYSTEM)),
            "s1",
            "s2",
            "s3",
            "client");

    @AfterEach
    void close() {
        locks.values().forEach(Locks::close);
        cluster.close();
    }

    private LockSession session(String node, Ttl ttl) {
        return locks(node).session(ttl, lost::add);
    }

    private static LockFailure refusal(CompletionStage<HeldLock> acquisition) {
        try {
            get(acquisition);
        } catch (LockFailure refused) {
            return refused;
        }
        throw new AssertionError("it was granted");
    }

    @Test
    void oneHoldsTheRestAreRefusedOrWaitAndTokensRise() {
        LockSession one = session("s1", LONG);
        LockSession two = session("client", LONG);
        HeldLock first = get(one.acquire("invoices", SOON));
        assertThat(first.isHeld()).isTrue();
        LockFailure refused = refusal(two.tryAcquire("invoices", SOON));
        assertThat(refused.kind()).isEqualTo(LockFailure.Kind.HELD);
        assertThat(refused).hasMessageContaining("held by s1");

        CompletionStage<HeldLock> waiting = two.acquire("invoices", SOON);
        get(first.release());
        HeldLock second = get(waiting);

        assertThat(first.isHeld()).isFalse();
        assertThat(second.token()).isGreaterThan(first.token());
        assertThat(get(one.acquire("other", SOON)).token()).isGreaterThan(second.token());
    }

    @Test
    void aWaitEndsAtItsDeadlineAndLeavesNobodyInTheQueue() {
        HeldLock held = get(session("s1", LONG).acquire("x", SOON));
        LockFailure refused = refusal(session("s2", LONG).acquire("x", within(ofMillis(300))));
        assertThat(refused.kind()).isEqualTo(LockFailure.Kind.HELD);
        assertThat(refused.next()).isEqualTo(Failure.Next.RETRY);

        await(
                "an empty queue",
                () -> get(locks("s1").overview(Consistency.LINEARIZABLE))
                        .get(0)
                        .waiters()
                        .isEmpty());
        get(held.release());
        assertThat(get(locks("s1").overview(Consistency.LINEARIZABLE))).isEmpty();
    }

    private Locks locks(String node) {
        Locks here = locks.get(node);
        if (here == null) {
            throw new AssertionError(node);
        }
        return here;
    }

    @Test
    void theLockOfANodeThatVanishedIsFreeWhenItsTimeToLiveIsOver() {
        HeldLock gone = get(session("client", Ttl.of(ofMillis(600))).acquire("x", SOON));
        locks("client").close();
        cluster.crash("client");

        HeldLock next = get(session("s2", LONG).acquire("x", SOON));

        assertThat(next.token()).isGreaterThan(gone.token());
    }

    @Test
    void aSessionOutlivesItsTimeToLiveWhileItIsRenewed() {
        LockSession session = session("client", Ttl.of(ofSeconds(1)));
        HeldLock held = get(session.acquire("x", SOON));
        long end = System.nanoTime() + Duration.ofMillis(2500).toNanos();
        await("twice its time to live over", () -> {
            assertThat(held.isHeld()).isTrue();
            return System.nanoTime() > end;
        });
        assertThat(lost).isEmpty();
    }

    @Test
    void aMinorityIsRefusedSayingHowManyVotersItReachesAndTheMajorityGoesOn() {
        get(session("client", LONG).acquire("warm", SOON));
        String lonely = others(VOTERS, cluster.awaitLeader(Locks.GROUP)).get(0);
        String other =
                others(others(VOTERS, cluster.awaitLeader(Locks.GROUP)), lonely).get(0);
        LockSession minority = session(lonely, Ttl.of(ofSeconds(2)));
        get(minority.acquire("before", SOON));
        cluster.network().cut(List.of(lonely), List.of("s1", "s2", "s3", "client"));

        LockFailure refused = refusal(minority.acquire("x", within(ofMillis(600))));

        assertThat(refused.kind()).isEqualTo(LockFailure.Kind.NO_MAJORITY);
        assertThat(refused.next()).isEqualTo(Failure.Next.RETRY);
        assertThat(refused).hasMessageContaining("1 of its 3 voters reached");
        HeldLock granted = get(session(other, LONG).acquire("x", SOON));
        await("the session lost", () -> lost.contains(LostCause.UNCONFIRMED));
        assertThat(refusal(minority.acquire("x", SOON)).kind()).isEqualTo(LockFailure.Kind.SESSION_LOST);
        cluster.network().heal();
        await(
                "one holder everywhere",
                () -> get(locks(lonely).overview(Consistency.LINEARIZABLE)).stream()
                        .anyMatch(lock -> lock.name().equals("x")
                                && lock.holders().get(0).token().equals(granted.token())));
        HeldLock freed = get(session(other, LONG).acquire("before", SOON));
        assertThat(freed.token()).isGreaterThan(granted.token());
    }

    @Test
    void aHeldLockSurvivesTheCrashOfTheLeader() {
        HeldLock held = get(session("client", LONG).acquire("x", SOON));
        String leader = cluster.awaitLeader(Locks.GROUP);
        locks(leader).close();
        cluster.crash(leader);

        String other = others(VOTERS, leader).get(0);
        assertThat(refusal(session(other, LONG).tryAcquire("x", SOON)).kind()).isEqualTo(LockFailure.Kind.HELD);
        get(held.release());
        assertThat(get(session(other, LONG).acquire("x", SOON)).token()).isGreaterThan(held.token());
    }

    @Test
    void closingASessionFreesItsLocksAtOnceAndIsNoLoss() {
        LockSession session = session("s1", LONG);
        HeldLock held = get(session.acquire("x", SOON));
        session.close();

        assertThat(held.isHeld()).isFalse();
        get(session("s2", LONG).acquire("x", SOON));
        assertThat(lost).isEmpty();
    }

    @Test
    void withoutVotersTheKeyIsNamed() {
        try (Cluster unconfigured = new Cluster("", (started, raft) -> {}, "lonely")) {
            assertThatThrownBy(() -> new Locks(
                            unconfigured.system("lonely"), unconfigured.raft("lonely"), "lonely", HolderClock.SYSTEM))
                    .isInstanceOfSatisfying(
                            RaftFailure.class, f -> assertThat(f.kind()).isEqualTo(RaftFailure.Kind.NOT_CONFIGURED))
                    .hasMessageContaining("capstan.raft.voters");
        }
    }

    @Test
    void tokensReadBackWhatTheyPrint() {
        FencingToken token = new FencingToken(3, 2, 1);
        assertThat(FencingToken.parse(token.toString())).isEqualTo(token);
        assertThat(List.of(new FencingToken(1, 9, 9), new FencingToken(2, 1, 0), new FencingToken(2, 1, 1)))
                .isSorted();
    }
}

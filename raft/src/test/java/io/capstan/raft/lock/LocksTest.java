package io.capstan.raft.lock;

import static io.capstan.raft.Cluster.await;
import static io.capstan.raft.Cluster.get;
import static io.capstan.raft.Cluster.others;
import static io.capstan.raft.Within.within;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.Failure;
import io.capstan.raft.Cluster;
import io.capstan.raft.Consistency;
import io.capstan.raft.Within;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Locks while nodes vanish and links break; each on a cluster of its own. {@code LockUseTest} has the rest. */
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

    private static LockFailure refusal(CompletionStage<?> acquisition) {
        try {
            get(acquisition);
        } catch (LockFailure refused) {
            return refused;
        }
        throw new AssertionError("it was granted");
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
        cluster.network().cut(List.of("client"), VOTERS);

        HeldLock next = get(session("s2", LONG).acquire("x", SOON));

        assertThat(gone.isHeld()).as("it knew before").isFalse();
        assertThat(next.token()).isGreaterThan(gone.token());
        await("its callback", () -> lost.contains(LostCause.UNCONFIRMED));
    }

    @Test
    void whatANodeHeldIsFreeAtOnceWhenItLeaves() {
        HeldLock gone = get(session("client", LONG).acquire("x", SOON));
        locks("client").close();

        HeldLock next = get(session("s2", LONG).acquire("x", within(ofSeconds(10))));

        assertThat(next.token()).isGreaterThan(gone.token());
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
    void whoeverCountedALatchDownWithoutAMajorityIsToldThatItMayBeDone() {
        String lonely = others(VOTERS, cluster.awaitLeader(Locks.GROUP)).get(0);
        LockSession minority = session(lonely, LONG);
        get(minority.acquire("before", SOON));
        cluster.network().cut(List.of(lonely), List.of("s1", "s2", "s3", "client"));

        LockFailure refused = refusal(minority.gates().countDown("latch", within(ofMillis(600))));

        assertThat(refused.kind()).isEqualTo(LockFailure.Kind.NO_MAJORITY);
        assertThat(refused.next()).isEqualTo(Failure.Next.OUTCOME_UNKNOWN);
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
}

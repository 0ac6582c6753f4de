package io.capstan.raft.lock;

import static io.capstan.raft.Cluster.await;
import static io.capstan.raft.Cluster.get;
import static io.capstan.raft.Within.within;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.raft.Within;
import io.capstan.raft.internal.wire.ClientFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LockSessionTest {
    private static final Within SOON = within(ofSeconds(20));
    private static final Ttl LONG = Ttl.of(ofSeconds(60));

    private static final AtomicInteger NAMES = new AtomicInteger();
    private static LockCluster cluster;

    /** A lock of this test's own. */
    private final String x = "lock-" + NAMES.incrementAndGet();

    private final List<LostCause> lost = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() {
        cluster = new LockCluster();
    }

    @AfterEach
    void heal() {
        cluster.network().heal();
    }

    @AfterAll
    static void close() {
        cluster.close();
    }

    private LockSession session(String node, Ttl ttl) {
        return cluster.locks(node).session(ttl, lost::add);
    }

    @Test
    void aSuspendedMachineKnowsByItsWallClockAndAPausedProcessByBothThatItsLocksMayBeGone() {
        HeldLock suspended = get(session("client", LONG).acquire(x, SOON));
        HeldLock other = get(session("s1", LONG).acquire(x + "y", SOON));
        cluster.wallAhead("client", ofSeconds(61));
        assertThat(suspended.isHeld()).as("at once, before anybody is told").isFalse();
        assertThat(other.isHeld()).isTrue();
        await("the callback", () -> lost.contains(LostCause.UNCONFIRMED));
        await("the lock's own", () -> suspended.lost().isPresent());
        List<LostCause> late = new CopyOnWriteArrayList<>();
        suspended.onLost(late::add);
        assertThat(late).containsExactly(LostCause.UNCONFIRMED);
        other.onLost(late::add);
        assertThat(late).hasSize(1);
    }

    @Test
    void aSessionBelievesInItselfForLessThanItsTimeToLiveAsClocksDrift() {
        LockSession session = session("client", LONG);
        HeldLock held = get(session.acquire(x, SOON));
        cluster.network().cut(List.of("client"), List.of("s1", "s2", "s3"));
        cluster.ahead("client", ofSeconds(58));
        assertThat(held.isHeld()).isFalse();
    }

    @Test
    void aWaiterFailsAtOnceWhenItsOwnSessionDies() {
        get(session("s1", LONG).acquire(x, SOON));
        CompletionStage<HeldLock> waiting = session("client", LONG).acquire(x, within(ofSeconds(50)));
        await("a waiter", () -> cluster.waiting(x) == 1);
        cluster.ahead("client", ofSeconds(61));
        assertThatThrownBy(() -> get(waiting))
                .isInstanceOfSatisfying(
                        LockFailure.class,
                        failure -> assertThat(failure.kind()).isEqualTo(LockFailure.Kind.SESSION_LOST));
    }

    @Test
    void anAcquisitionThatIsCancelledLeavesNobodyInTheQueue() {
        LockSession two = session("client", LONG);
        HeldLock held = get(session("s1", LONG).acquire(x, SOON));
        CompletionStage<HeldLock> waiting = two.acquire(x, within(ofSeconds(50)));
        await("a waiter", () -> cluster.waiting(x) == 1);
        waiting.toCompletableFuture().cancel(false);
        await("no waiter", () -> cluster.waiting(x) == 0);
        // Else the answer may be there before it is cancelled, and then the lock is the caller's.
        cluster.network().hold(ClientFrame.CHANNEL);
        CompletionStage<HeldLock> atOnce = two.acquire(x + "y", SOON);
        assertThat(atOnce.toCompletableFuture().cancel(false)).isTrue();
        cluster.network().hold(null);
        get(held.release());
        await(
                "no lock",
                () -> cluster.status(x).isEmpty() && cluster.status(x + "y").isEmpty());
    }

    @Test
    void aSessionThatWaitsForALockALatchAndABarrierAcquiresOthersAsOftenAsItLikes() {
        LockSession other = session("s1", LONG);
        HeldLock held = get(other.acquire(x, SOON));
        HeldLock busy = get(other.acquire(x + "busy", SOON));
        LockSession candidate = session("s2", LONG);
        CompletionStage<HeldLock> waiting = candidate.acquire(x, within(ofSeconds(50)));
        await("a waiter", () -> cluster.waiting(x) == 1);
        get(other.gates().latch(x, 1, SOON));
        CompletionStage<?> latch = candidate.gates().await(x, within(ofSeconds(50)));
        CompletionStage<?> barrier = candidate.gates().arrive(x, 2, within(ofSeconds(50)));
        // More than one session may hold or wait for.
        for (int round = 0; round < 25; round++) {
            List<CompletionStage<HeldLock>> refused = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                refused.add(candidate.tryAcquire(x + "busy", SOON));
            }
            refused.forEach(each -> failsWith(LockFailure.Kind.HELD, each));
        }
        get(busy.release());
        get(get(candidate.tryAcquire(x + "busy", SOON)).release());
        get(held.release());
        assertThat(get(waiting).isHeld()).isTrue();
        get(other.gates().countDown(x, SOON));
        get(latch);
        get(other.gates().arrive(x, 2, SOON));
        get(barrier);
    }

    @Test
    void anOperatorTakesALockAwayAndItsHolderHears() {
        HeldLock held = get(session("s1", Ttl.of(ofSeconds(1))).acquire(x, SOON));
        List<LostCause> heard = new CopyOnWriteArrayList<>();
        held.onLost(heard::add);
        get(cluster.locks("s2").forceRelease(x, held.token()));
        HeldLock next = get(session("s2", LONG).tryAcquire(x, SOON));
        await("the holder's news", () -> heard.contains(LostCause.REVOKED));
        assertThat(held.isHeld()).isFalse();
        assertThat(next.isHeld()).isTrue();
        assertThat(lost).as("the session goes on").isEmpty();
        FenceGuard guard = new FenceGuard();
        assertThat(guard.admit(next.token())).isTrue();
        assertThat(guard.admit(held.token())).isFalse();
    }

    @Test
    void wordsAreShownBesideAHolderAsLongAsItHolds() {
        LockSession session = session("s1", LONG);
        HeldLock held = get(session.acquire(LockRequest.exclusive(x).by("job").note("starting"), SOON));
        assertThat(get(held.proclaim("at 10 %"))).isTrue();
        assertThat(cluster.status(x))
                .hasValueSatisfying(lock -> assertThat(lock.holders())
                        .extracting(LockStatus.Holder::node, LockStatus.Holder::party, LockStatus.Holder::note)
                        .containsExactly(org.assertj.core.groups.Tuple.tuple("s1", "job", "at 10 %")));
        get(held.release());
        assertThat(get(held.proclaim("done"))).isFalse();
    }

    @Test
    void readersShareASemaphoreCountsAndSeveralComeTogether() {
        LockSession one = session("s1", LONG);
        LockSession two = session("s2", LONG);
        HeldLock reader = get(one.acquire(LockRequest.shared("book"), SOON));
        get(two.acquire(LockRequest.shared("book"), SOON));
        assertThatThrownBy(() -> get(two.tryAcquire(LockRequest.exclusive("book"), SOON)))
                .isInstanceOf(LockFailure.class);
        HeldLock permits = get(one.acquire(LockRequest.permits("pool", 2, 3), SOON));
        assertThatThrownBy(() -> get(two.tryAcquire(LockRequest.permits("pool", 2, 3), SOON)))
                .isInstanceOf(LockFailure.class);
        assertThatThrownBy(() -> get(two.tryAcquire(LockRequest.permits("pool", 1, 4), SOON)))
                .isInstanceOfSatisfying(
                        LockFailure.class, failure -> assertThat(failure.kind()).isEqualTo(LockFailure.Kind.INVALID));
        CompletionStage<HeldLock> both =
                two.acquire(LockRequest.allOf(List.of("a")).and(LockRequest.permits("pool", 2, 3)), SOON);
        await("a waiter", () -> cluster.waiting("pool") == 1);
        assertThat(cluster.waiting("a")).isEqualTo(1);
        get(permits.release());
        assertThat(get(both).name()).isEqualTo("a, pool");
        get(reader.release());
        assertThat(two.lost()).isEmpty();
    }

    @Test
    void aConditionGivesTheLockUpAndASignalOrTheEndOfTheWaitBringsItBack() {
        LockSession one = session("s1", LONG);
        LockSession two = session("s2", LONG);
        HeldLock held = get(one.acquire(x, SOON));
        CompletionStage<HeldLock> back = held.await("not empty", ofSeconds(30), SOON);
        HeldLock producer = get(two.acquire(x, SOON));
        assertThat(held.isHeld()).isFalse();
        get(producer.signal("not empty", 1, SOON));
        assertThat(back.toCompletableFuture()).as("not while another holds it").isNotDone();
        get(producer.release());
        HeldLock again = get(back);
        assertThat(again.isSignalled()).isTrue();
        assertThat(again.token()).isGreaterThan(producer.token());

        HeldLock unsignalled = get(again.await("not empty", ofMillis(100), SOON));
        assertThat(unsignalled.isSignalled()).isFalse();
        assertThat(unsignalled.isHeld()).isTrue();
        get(unsignalled.release());
        assertThat(cluster.status(x)).isEmpty();
    }

    @Test
    void latchesOpenBarriersGatherAndBreakWhenOneLeaves() {
        LockSession one = session("s1", LONG);
        LockSession two = session("s2", LONG);
        get(one.gates().latch("go", 2, SOON));
        CompletionStage<?> waiting = two.gates().await("go", SOON);
        get(two.gates().countDown("go", SOON));
        assertThat(waiting.toCompletableFuture()).isNotDone();
        get(one.gates().countDown("go", SOON));
        get(waiting);

        CompletionStage<?> first = one.gates().arrive("start", 2, SOON);
        get(two.gates().arrive("start", 2, SOON));
        get(first);

        CompletionStage<?> left = one.gates().arrive("start", 3, SOON);
        failsWith(LockFailure.Kind.TIMED_OUT, two.gates().arrive("start", 3, within(ofMillis(300))));
        failsWith(LockFailure.Kind.BROKEN, left);
    }

    @Test
    void whatAnActorHeldIsFreeWhenItStops() {
        ActorRef<String> actor = cluster.system("client")
                .systemActorOf(
                        Behaviors.receive(String.class)
                                .onMessageEquals("stop", Behaviors::stopped)
                                .build(),
                        "holder",
                        Props.empty());
        LockSession session = cluster.locks("client").session(LONG, actor, lost::add);
        HeldLock held = get(session.acquire(x, SOON));
        actor.tell("stop");
        get(session("s1", LONG).acquire(x, within(ofSeconds(10))));
        assertThat(held.isHeld()).isFalse();
        assertThat(lost).as("closing is no loss").isEmpty();
    }

    @Test
    void anElectionIsALockAndItsObserversSeeLeadersComeAndGo() {
        List<String> seen = new CopyOnWriteArrayList<>();
        Runnable end = cluster.locks("client")
                .observe(
                        "leader",
                        lock -> seen.add(
                                lock.map(held -> held.holders().get(0).note()).orElse("nobody")));
        await("nobody yet", () -> seen.equals(List.of("nobody")));
        LockRequest campaign = LockRequest.exclusive("leader");
        HeldLock first = get(session("s1", LONG).acquire(campaign.note("at s1"), SOON));
        CompletionStage<HeldLock> next = session("s2", LONG).acquire(campaign.note("at s2"), SOON);
        await("the first", () -> seen.contains("at s1"));
        get(first.proclaim("at s1, busy"));
        await("its words", () -> seen.contains("at s1, busy"));
        get(first.release());
        get(next);
        await("the second", () -> seen.contains("at s2"));
        end.run();
        assertThat(seen).containsExactly("nobody", "at s1", "at s1, busy", "at s2");
    }

    private static void failsWith(LockFailure.Kind kind, CompletionStage<?> stage) {
        assertThatThrownBy(() -> get(stage))
                .isInstanceOfSatisfying(
                        LockFailure.class, failure -> assertThat(failure.kind()).isEqualTo(kind));
    }
}

package io.capstan.raft.lock;

import static io.capstan.raft.Cluster.await;
import static io.capstan.raft.Cluster.get;
import static io.capstan.raft.Within.within;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.Failure;
import io.capstan.raft.Cluster;
import io.capstan.raft.RaftFailure;
import io.capstan.raft.Within;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Locks in a cluster that is well: one for all these. */
class LockUseTest {
    private static final Within SOON = within(ofSeconds(20));
    private static final Ttl LONG = Ttl.of(ofSeconds(60));

    private static LockCluster cluster;

    private final List<LostCause> lost = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() {
        cluster = new LockCluster();
    }

    @AfterAll
    static void close() {
        cluster.close();
    }

    private LockSession session(String node, Ttl ttl) {
        return cluster.locks(node).session(ttl, lost::add);
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
    void whoeverWaitsIsServedInTheOrderInWhichTheyCameWhereverTheyAre() {
        List<Integer> order = new CopyOnWriteArrayList<>();
        List<FencingToken> tokens = new CopyOnWriteArrayList<>();
        HeldLock first = get(session("s1", LONG).acquire("fair", SOON));
        List<CompletionStage<?>> done = new ArrayList<>();
        List<String> nodes = List.of("client", "s3", "s1", "s2");
        for (int i = 0; i < 12; i++) {
            int number = i;
            LockSession session = session(nodes.get(i % nodes.size()), LONG);
            done.add(session.acquire("fair", SOON).thenCompose(held -> {
                order.add(number);
                tokens.add(held.token());
                return held.release();
            }));
            await("it waits", () -> cluster.waiting("fair") == number + 1);
        }
        get(first.release());
        done.forEach(each -> get(each));
        assertThat(order).isSorted().hasSize(12);
        assertThat(tokens).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aWaitEndsAtItsDeadlineAndLeavesNobodyInTheQueue() {
        HeldLock held = get(session("s1", LONG).acquire("waited", SOON));
        LockFailure refused = refusal(session("s2", LONG).acquire("waited", within(ofMillis(300))));
        assertThat(refused.kind()).isEqualTo(LockFailure.Kind.HELD);
        assertThat(refused.next()).isEqualTo(Failure.Next.RETRY);

        await("an empty queue", () -> cluster.waiting("waited") == 0);
        get(held.release());
        assertThat(cluster.status("waited")).isEmpty();
    }

    @Test
    void aSessionOutlivesItsTimeToLiveWhileItIsRenewed() {
        LockSession session = session("client", Ttl.of(ofSeconds(1)));
        HeldLock held = get(session.acquire("renewed", SOON));
        long end = System.nanoTime() + Duration.ofMillis(2500).toNanos();
        await("twice its time to live over", () -> {
            assertThat(held.isHeld()).isTrue();
            return System.nanoTime() > end;
        });
        assertThat(lost).isEmpty();
    }

    @Test
    void closingASessionFreesItsLocksAtOnceAndIsNoLoss() {
        LockSession session = session("s1", LONG);
        HeldLock held = get(session.acquire("closed", SOON));
        session.close();

        assertThat(held.isHeld()).isFalse();
        get(session("s2", LONG).acquire("closed", SOON));
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

package io.capstan.registry;

import static io.capstan.registry.Members.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.testkit.TestCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The locks that favour availability, on three real nodes; OTP's {@code set_lock}, {@code del_lock}, {@code trans}. */
class NameLocksTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration BRIEFLY = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final AtomicInteger COUNT = new AtomicInteger();

    @RegisterExtension
    static final TestCluster cluster = Members.cluster("a", "b", "c");

    private static final Members members = Members.of(cluster);

    private final String resource = "ledger-" + COUNT.incrementAndGet();

    @BeforeEach
    void everybodyIsThere() {
        cluster.awaitConverged();
    }

    private CompletionStage<NameLock> lock(String member, String requester, Probe<String> holder, Duration within) {
        return members.names(member).setLock(resource, requester, holder.ref(), within);
    }

    private void refused(String member, String requester) {
        Probe<String> holder = Probe.of(members.node(member));
        assertThatThrownBy(() -> done(lock(member, requester, holder, BRIEFLY)))
                .cause()
                .isInstanceOfSatisfying(
                        NameFailure.class, failure -> assertThat(failure.kind()).isEqualTo(NameFailure.Kind.TIMED_OUT));
    }

    @Test
    void whoeverWaitsOnANodeThatStopsIsToldSoAndWhatItHeldIsFree() {
        AvailableNames names = members.names("c");
        Probe<String> holder = Probe.of(members.node("c"));
        NameLock held = done(names.setLock(resource, "cid", holder.ref(), SOON));
        CompletionStage<NameLock> waiting = names.setLock(resource, "eve", holder.ref(), LONG);

        cluster.stop("c");

        for (CompletionStage<NameLock> asked : List.of(waiting, names.setLock(resource, "dan", holder.ref(), LONG))) {
            assertThatThrownBy(() -> done(asked))
                    .cause()
                    .isInstanceOfSatisfying(
                            NameFailure.class,
                            failure -> assertThat(failure.kind()).isEqualTo(NameFailure.Kind.CLOSED));
        }
        done(held.release());
        done(done(lock("a", "ann", Probe.of(members.node("a")), SOON)).release());
    }

    @Test
    void oneLocksAndOthersWaitUntilItIsReleased() {
        NameLock held = done(lock("a", "ann", Probe.of(members.node("a")), SOON));
        refused("b", "bob");
        refused("a", "eve");
        CompletionStage<NameLock> waiting = lock("c", "dan", Probe.of(members.node("c")), SOON);
        assertThat(waiting.toCompletableFuture()).isNotDone();

        done(held.release());

        done(done(waiting).release());
    }

    @Test
    void aLockIsFreeWhenItsHolderStopsOrItsNodeDies() {
        Probe<String> holder = Probe.of(members.node("a"));
        done(lock("a", "ann", holder, SOON));
        CompletionStage<NameLock> next = lock("c", "cid", Probe.of(members.node("c")), SOON);

        holder.ref().tell("stop");
        done(next);
        refused("b", "bob");

        cluster.crash("c");
        done(done(lock("b", "bob", Probe.of(members.node("b")), SOON)).release());
        cluster.restart("c").awaitConverged();
    }

    @Test
    void equalRequestersShareItAndEachHoldCounts() {
        Probe<String> one = Probe.of(members.node("a"));
        Probe<String> other = Probe.of(members.node("a"));
        NameLock first = done(lock("a", "ann", one, SOON));
        NameLock again = done(lock("a", "ann", one, SOON));
        done(lock("a", "ann", other, SOON));

        done(first.release());
        refused("b", "bob");
        other.ref().tell("stop");
        cluster.await("it stops", other::hasStopped);
        refused("b", "bob");
        done(again.release());

        done(done(lock("b", "bob", Probe.of(members.node("b")), SOON)).release());
    }

    @Test
    void transRunsItsActionsOneAtATimeOnAllNodes() {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CompletableFuture<?>[] all = cluster.names().stream()
                .flatMap(member -> java.util.stream.IntStream.range(0, 5)
                        .mapToObj(i -> members.names(member)
                                .trans(
                                        resource,
                                        () -> CompletableFuture.supplyAsync(() -> {
                                            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                                            return inside.decrementAndGet();
                                        }),
                                        SOON)
                                .toCompletableFuture()))
                .toArray(CompletableFuture<?>[]::new);
        done(CompletableFuture.allOf(all));
        assertThat(most).hasValue(1);
    }

    @Test
    void eachSideOfASplitLocksAndAfterTheHealOneIsToldThatItLost() {
        members.split("a");
        NameLock one = done(lock("a", "ann", Probe.of(members.node("a")), SOON));
        NameLock other = done(lock("b", "bob", Probe.of(members.node("b")), SOON));

        members.heal();

        cluster.await(
                "one has lost it",
                () -> one.lost().toCompletableFuture().isDone()
                        != other.lost().toCompletableFuture().isDone());
        done(one.release());
        done(other.release());
        done(done(lock("c", "cid", Probe.of(members.node("c")), SOON)).release());
    }

    private CompletionStage<NameLock> lockOn(Set<String> nodes, String member, Duration within) {
        return members.names(member)
                .setLock(resource, nodes, member, Probe.of(members.node(member)).ref(), within);
    }

    @Test
    void locksOfChosenNodesExcludeEachOtherWhereTheyHaveANodeInCommon() {
        NameLock held = done(lockOn(Set.of("a", "b"), "a", SOON));
        NameLock apart = done(lockOn(Set.of("c"), "c", SOON));
        done(done(lockOn(Set.of(), "b", BRIEFLY)).release());
        assertThatThrownBy(() -> done(lockOn(Set.of("b", "c"), "b", BRIEFLY)))
                .cause()
                .isInstanceOfSatisfying(
                        NameFailure.class, failure -> assertThat(failure.kind()).isEqualTo(NameFailure.Kind.TIMED_OUT));
        CompletionStage<NameLock> waiting = lockOn(Set.of("b", "c"), "b", SOON);

        done(apart.release());
        done(done(lockOn(Set.of("c"), "c", SOON)).release());
        assertThat(waiting.toCompletableFuture()).isNotDone();
        done(held.release());

        done(done(waiting).release());
        done(done(lockOn(Set.of("a", "b", "c"), "c", SOON)).release());
    }

    @Test
    void crossingLocksOfChosenNodesWaitForEachOtherInNoCircle() {
        List<Set<String>> crossing = List.of(Set.of("a", "b"), Set.of("b", "c"), Set.of("c", "a"));
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<CompletionStage<Void>> all = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            String member = List.of("a", "b", "c").get(i % 3);
            all.add(members.names(member)
                    .setLock(
                            resource,
                            crossing.get((i + i / 3) % 3),
                            "party-" + i,
                            Probe.of(members.node(member)).ref(),
                            SOON)
                    .thenCompose(lock -> {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        inside.decrementAndGet();
                        return lock.release();
                    }));
        }

        all.forEach(Members::done);
        assertThat(most).hasValue(1);
    }

    @Test
    void afterASplitALockOfChosenNodesIsLostAsAWhole() {
        members.split("a");
        NameLock one = done(lockOn(Set.of("a", "b"), "a", SOON));
        NameLock other = done(lockOn(Set.of("b", "c"), "b", SOON));

        members.heal();

        cluster.await(
                "one has lost it",
                () -> one.lost().toCompletableFuture().isDone()
                        != other.lost().toCompletableFuture().isDone());
        done(one.release());
        done(other.release());
        done(done(lockOn(Set.of("a", "b", "c"), "c", SOON)).release());
    }
}

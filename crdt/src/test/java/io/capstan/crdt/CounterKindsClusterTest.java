package io.capstan.crdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.Failure;
import io.capstan.actors.Node;
import io.capstan.testkit.TestCluster;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Resets, deletions, windows and bounds on three real nodes. */
class CounterKindsClusterTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @RegisterExtension
    static final TestCluster cluster = TestCluster.of(Node::forTest, "a", "b", "c");

    @Test
    void aResetOnOneSideOfASplitKeepsWhatTheOtherAdds() {
        done(counters("a").counter("reset").add(5, Ack.replicas(2)));
        cluster.cut("a").from("b", "c").awaitApart("a", "b");
        counters("b").counter("reset").add(3);
        done(counters("a").counter("reset").reset(Ack.memory()));
        assertThat(counters("a").counter("reset").value()).isZero();
        cluster.heal();

        cluster.names().forEach(name -> awaitValue(name, "reset", 3));
    }

    @Test
    void aDeletedCounterIsListedNowhereAndCountedAgainThroughAnOldHandle() {
        Counter old = counters("a").counter("deleted");
        done(old.add(5, Ack.replicas(2)));
        done(counters("b").add("of-deleted", Map.of("kept", 1L), Ack.replicas(2)));
        done(counters("c").delete("deleted", Ack.replicas(2)));
        cluster.names()
                .forEach(name -> cluster.await(
                        "it is listed no more at " + name,
                        () -> !counters(name).values().containsKey("deleted")));
        old.add(2);

        cluster.names().forEach(name -> awaitValue(name, "deleted", 2));
        assertThat(old.value()).isEqualTo(2);
        assertThat(counters("b").values()).containsEntry("deleted", 2L);
    }

    @Test
    void whatWasCountedOfLateIsReadEverywhere() {
        Window hour = Window.hour();
        counters("a").windowed("rate", hour).add(3);
        counters("b").windowed("rate", hour).increment();

        cluster.names()
                .forEach(name -> cluster.await(
                        "4 at " + name,
                        () -> counters(name).windowed("rate", hour).value() == 4));
        assertThat(counters("a").windowed("rate", Window.minute()).value())
                .as("another window is another counter")
                .isZero();
        assertThatThrownBy(() -> counters("a").windowed("rate", hour).add(-1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Window(Duration.ofMillis(9), 10)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void rightsComeToWhoeverWantsThem() {
        counters("a").bounded("stock").add(100);
        done(counters("b").bounded("stock").take(30, SECOND.multipliedBy(10)));
        done(counters("c").bounded("stock").take(60, SECOND.multipliedBy(10)));

        cluster.names()
                .forEach(name -> cluster.await(
                        "10 at " + name, () -> counters(name).bounded("stock").value() == 10));
    }

    @Test
    void aSplitSideTakesWhatItHasRightsForAndNotMore() {
        cluster.names().forEach(name -> counters(name).bounded("seats").add(10));
        cluster.names()
                .forEach(name -> cluster.await(
                        "30 at " + name, () -> counters(name).bounded("seats").value() == 30));
        cluster.cut("a").from("b", "c").awaitApart("a", "b");
        BoundedCounter alone = counters("a").bounded("seats");
        assertThat(alone.tryTake(11)).isFalse();
        assertThat(alone.tryTake(10)).isTrue();
        assertThatThrownBy(() -> done(alone.take(1, Duration.ofMillis(200))))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(CounterFailure.class, failure -> {
                    assertThat(failure.kind()).isEqualTo(CounterFailure.Kind.NOT_ENOUGH);
                    assertThat(failure.next()).isEqualTo(Failure.Next.RETRY);
                });
        done(counters("b").bounded("seats").take(15, SECOND.multipliedBy(10)));
        cluster.heal();

        cluster.names()
                .forEach(name -> cluster.await(
                        "5 at " + name, () -> counters(name).bounded("seats").value() == 5));
    }

    @Test
    void whoStopsInOrderLeavesItsRightsToAnother() {
        counters("c").bounded("handed").add(7);
        cluster.await("a has heard of it", () -> counters("a").bounded("handed").value() == 7);
        cluster.stop("c");
        done(counters("a").bounded("handed").take(7, SECOND.multipliedBy(10)));
        assertThat(counters("a").bounded("handed").value()).isZero();
    }

    private static Counters counters(String name) {
        return Counters.get(Node.get(cluster.system(name)));
    }

    private static void awaitValue(String node, String name, long value) {
        cluster.await(
                name + " is " + value + " at " + node,
                () -> counters(node).counter(name).value() == value);
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }
}

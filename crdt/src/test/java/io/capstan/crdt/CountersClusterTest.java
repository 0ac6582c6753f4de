package io.capstan.crdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.Failure;
import io.capstan.actors.Node;
import io.capstan.testkit.TestCluster;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Counters on three real nodes. */
class CountersClusterTest {
    private static final int COUNTERS_MAX = 20;

    @RegisterExtension
    static final TestCluster cluster =
            TestCluster.of(Node::forTest, "a", "b", "c").with("capstan.crdt.counters.counters-max = " + COUNTERS_MAX);

    @Test
    void twoAndThreeApartAreReadAsTwoAndThreeAndAsFiveAfterTheHeal() {
        everybodyCounts();
        cluster.cut("a").from("b", "c").awaitApart("a", "b");
        counter("a", "split").add(2);
        counter("b", "split").add(3);

        awaitValue("c", "split", 3);
        assertThat(counter("a", "split").value()).isEqualTo(2);
        assertThat(counter("b", "split").value()).isEqualTo(3);
        cluster.heal();
        awaitValue("a", "split", 5);
        awaitValue("b", "split", 5);
        awaitValue("c", "split", 5);
    }

    @Test
    void aThirdNodeBridgesACut() {
        everybodyCounts();
        cluster.cut("a").from("b").awaitApart("a", "b");
        for (int i = 1; i <= 3; i++) {
            counter("a", "bridged").increment();
            awaitValue("b", "bridged", i);
        }
    }

    @Test
    void whatADeadNodeHadToldCountsOnAndItsSuccessorReadsItToo() {
        everybodyCounts();
        counter("c", "survivor").add(7);
        awaitValue("a", "survivor", 7);
        cluster.crash("c");
        counter("a", "survivor").decrement();
        awaitValue("b", "survivor", 6);

        cluster.restart("c");
        awaitValue("c", "survivor", 6);
        counter("c", "survivor").add(10);
        awaitValue("a", "survivor", 16);
        awaitValue("b", "survivor", 16);
    }

    @Test
    void anOrderlyStopLosesNothing() {
        everybodyCounts();
        Counter last = counter("b", "last words");
        last.add(41);
        last.increment();
        cluster.stop("b");

        awaitValue("a", "last words", 42);
        awaitValue("c", "last words", 42);
    }

    @Test
    void aNodeThatAsksForItsCountersLateHearsAllOfThem() {
        cluster.crash("c").restart("c").awaitConverged();
        counter("a", "early").add(4);
        awaitValue("b", "early", 4);

        awaitValue("c", "early", 4);
        assertThat(Counters.get(node("c")).values()).containsEntry("early", 4L);
    }

    @Test
    void manyThreadsOnAllNodesLoseNothing() throws InterruptedException {
        everybodyCounts();
        int each = 50_000;
        List<Thread> threads = new ArrayList<>();
        for (String name : cluster.names()) {
            for (int t = 0; t < 2; t++) {
                Counter counter = counter(name, "busy");
                Thread thread = new Thread(() -> {
                    for (int i = 0; i < each; i++) {
                        counter.increment();
                    }
                });
                thread.start();
                threads.add(thread);
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }
        for (String name : cluster.names()) {
            awaitValue(name, "busy", 6L * each);
        }
    }

    @Test
    void badNamesAreRefusedClearly() {
        Counters counters = Counters.get(node("a"));
        assertThat(counters.counter("n".repeat(255)).value()).isZero();
        for (String bad : List.of("", "n".repeat(256), "\u00fc".repeat(128), "\ud800")) {
            assertThatThrownBy(() -> counters.counter(bad)).isInstanceOfSatisfying(CounterFailure.class, failure -> {
                assertThat(failure.kind()).isEqualTo(CounterFailure.Kind.BAD_NAME);
                assertThat(failure.next()).isEqualTo(Failure.Next.DO_NOT_RETRY);
            });
        }
    }

    @Test
    void moreCountersThanTheLimitAreRefusedNamingTheKey() {
        cluster.crash("c").restart("c");
        Counters counters = Counters.get(node("c"));
        assertThatThrownBy(() -> {
                    for (int i = 0; i <= COUNTERS_MAX; i++) {
                        counters.counter("one of many " + i);
                    }
                })
                .isInstanceOf(CounterFailure.class)
                .hasMessageContaining("capstan.crdt.counters.counters-max is " + COUNTERS_MAX);
    }

    @Test
    void aCellThatIsFullRefuses() {
        Counter counter = counter("a", "full");
        counter.add(1L << 55);
        assertThatThrownBy(counter::increment)
                .isInstanceOfSatisfying(
                        CounterFailure.class,
                        failure -> assertThat(failure.kind()).isEqualTo(CounterFailure.Kind.TOO_MUCH_ADDED));
        assertThat(counter.value()).isEqualTo(1L << 55);
    }

    private static Node node(String name) {
        return Node.get(cluster.system(name));
    }

    private static Counter counter(String node, String name) {
        return Counters.get(node(node)).counter(name);
    }

    private static void everybodyCounts() {
        cluster.names().forEach(name -> Counters.get(node(name)));
    }

    private static void awaitValue(String node, String name, long value) {
        cluster.await(
                name + " is " + value + " at " + node, () -> counter(node, name).value() == value);
    }
}

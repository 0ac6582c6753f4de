package io.capstan.crdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.Failure;
import io.capstan.actors.Node;
import io.capstan.testkit.TestCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Counters on three real nodes. */
class CountersClusterTest {
    private static final int COUNTERS_MAX = 40;

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
        cluster.crash("c"); // Its successor has room again, for the other tests.
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

    @Test
    void anAcknowledgedAddIsOnAnotherNode() {
        everybodyCounts();
        done(counter("a", "acknowledged").add(5, Ack.replicas(2)));

        assertThat(counter("b", "acknowledged").value()).isEqualTo(5);
        assertThat(counter("c", "acknowledged").value()).isEqualTo(5);
    }

    @Test
    void anAddThatNobodyAcknowledgesIsSaidToBeUnknown() {
        everybodyCounts();
        cluster.cut("a").from("b", "c").awaitApart("a", "b");
        Ack soon = Ack.replicas(1).within(Duration.ofMillis(200));
        assertThat(failure(counter("a", "alone").add(1, soon))).satisfies(failure -> {
            assertThat(failure.kind()).isEqualTo(CounterFailure.Kind.NOT_ACKNOWLEDGED);
            assertThat(failure.next()).isEqualTo(Failure.Next.OUTCOME_UNKNOWN);
        });
        assertThat(failure(Counters.get(node("a")).add("alone-1", Map.of("alone", 1L), soon))
                        .next())
                .as("an operation may be repeated")
                .isEqualTo(Failure.Next.RETRY);
        assertThat(counter("a", "alone").value()).isEqualTo(2);
        cluster.heal();
        awaitValue("b", "alone", 2);
    }

    @Test
    void anOperationCountsOnceHoweverOftenAndWhereverItIsAdded() {
        everybodyCounts();
        Map<String, Long> order = Map.of("sold", 3L, "stock", -3L);
        for (String name : List.of("a", "a", "b", "c", "b")) {
            done(Counters.get(node(name)).add("order-17", order, Ack.replicas(2)));
        }
        for (String name : cluster.names()) {
            awaitValue(name, "sold", 3);
            awaitValue(name, "stock", -3);
        }
    }

    @Test
    void anOperationIsRepeatedOnAnotherNodeAfterACrash() {
        everybodyCounts();
        Map<String, Long> once = Map.of("once", 1L);
        done(Counters.get(node("c")).add("before-the-crash", once, Ack.replicas(1)));
        cluster.crash("c");
        done(Counters.get(node("a")).add("before-the-crash", once, Ack.replicas(1)));
        cluster.restart("c");
        done(Counters.get(node("c")).add("before-the-crash", once, Ack.replicas(2)));

        cluster.names().forEach(name -> awaitValue(name, "once", 1));
    }

    @Test
    void oneIdForTwoThingsIsRefused() {
        everybodyCounts();
        done(Counters.get(node("a")).add("twice", Map.of("meant", 1L), Ack.replicas(2)));

        assertThat(failure(Counters.get(node("b")).add("twice", Map.of("meant", 2L), Ack.memory())))
                .satisfies(failure -> {
                    assertThat(failure.kind()).isEqualTo(CounterFailure.Kind.OPERATION_CONFLICT);
                    assertThat(failure.next()).isEqualTo(Failure.Next.DO_NOT_RETRY);
                });
        awaitValue("b", "meant", 1);
    }

    @Test
    void whoeverCarriesATokenReadsHisOwnAdds() {
        everybodyCounts();
        for (int i = 1; i <= 20; i++) {
            counter("a", "session").increment();
            String token = done(Counters.get(node("a")).token()).toString();
            done(Counters.get(node("b")).await(Token.parse(token), Duration.ofSeconds(5)));
            assertThat(counter("b", "session").value()).isGreaterThanOrEqualTo(i);
        }
        assertThatThrownBy(() -> Token.parse("AgAA")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aReadFromAnotherNodeSeesWhatWasAcknowledgedThere() {
        everybodyCounts();
        for (int i = 1; i <= 20; i++) {
            done(counter("a", "quorum").add(1, Ack.replicas(1)));
            assertThat(done(counter("c", "quorum").value(Read.from(1)))).isGreaterThanOrEqualTo(i);
        }
        cluster.cut("c").from("a", "b").awaitApart("c", "a");
        assertThat(failure(counter("c", "quorum").value(Read.from(1).within(Duration.ofMillis(200))))
                        .kind())
                .isEqualTo(CounterFailure.Kind.NOT_SEEN);
        cluster.heal();
    }

    @Test
    void aSubscriberIsToldTheLatestValueOnly() {
        everybodyCounts();
        Queue<Long> told = new ConcurrentLinkedQueue<>();
        Subscription subscription = counter("b", "watched").subscribe(Duration.ofMillis(20), told::add);
        for (int i = 0; i < 100_000; i++) {
            counter("a", "watched").increment();
            counter("b", "watched").increment();
        }
        cluster.await("the last value is told", () -> told.contains(200_000L));
        assertThat(List.copyOf(told)).doesNotHaveDuplicates().isSorted();
        assertThat(told.size()).isLessThan(10_000);
        subscription.close();
    }

    @Test
    void countersAreListedByPrefixAndByRank() {
        Counters counters = Counters.get(node("b"));
        done(counters.add("ranked", Map.of("r/x", 3L, "r/y", 5L, "r/z", 3L, "s", 9L), Ack.memory()));
        cluster.await("all are counted", () -> counters.values("r/").size() == 3);

        assertThat(counters.values("r/"))
                .containsExactly(Map.entry("r/x", 3L), Map.entry("r/y", 5L), Map.entry("r/z", 3L));
        assertThat(counters.top(2, "r/")).containsExactly(Map.entry("r/y", 5L), Map.entry("r/x", 3L));
    }

    @Test
    void operationsThatCannotBeAreRefusedAtOnce() {
        Counters counters = Counters.get(node("a"));
        for (Map<String, Long> bad :
                List.of(Map.<String, Long>of(), Map.of("x", 1L << 56), Map.of("x", Long.MIN_VALUE))) {
            assertThatThrownBy(() -> counters.add("id", bad, Ack.memory()))
                    .isInstanceOfSatisfying(
                            CounterFailure.class,
                            failure -> assertThat(failure.kind()).isEqualTo(CounterFailure.Kind.BAD_OPERATION));
        }
        assertThatThrownBy(() -> counters.add("", Map.of("x", 1L), Ack.memory()))
                .isInstanceOf(CounterFailure.class);
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }

    private static CounterFailure failure(CompletionStage<?> stage) {
        return (CounterFailure) stage.handle((done, thrown) -> Objects.requireNonNull(thrown))
                .thenApply(thrown -> thrown instanceof CompletionException ? thrown.getCause() : thrown)
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
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

package io.capstan.crdt.docs;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.Failure;
import io.capstan.actors.Node;
import io.capstan.crdt.Ack;
import io.capstan.crdt.BoundedCounter;
import io.capstan.crdt.Counter;
import io.capstan.crdt.CounterFailure;
import io.capstan.crdt.Counters;
import io.capstan.crdt.Read;
import io.capstan.crdt.Subscription;
import io.capstan.crdt.Token;
import io.capstan.crdt.Window;
import io.capstan.crdt.WindowedCounter;
import io.capstan.testkit.TestCluster;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("What the counters' README shows")
class CountersTutorialTest {
    @RegisterExtension
    static final TestCluster cluster = TestCluster.of(Node::forTest, "a", "b", "c");

    private static Node node(String name) {
        return Node.get(cluster.system(name));
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }

    private static void await(String name, String counter, long value) {
        cluster.await(
                name + " reads " + value + " of " + counter,
                () -> Counters.get(node(name)).counter(counter).value() == value);
    }

    @Test
    void aHandleIsKeptAndCounts() {
        Node node = node("a");
        // #first
        Counters counters = Counters.get(node);
        Counter hits = counters.counter("hits"); // keep it: looking it up again is the slow part
        hits.increment();
        hits.add(41);
        long now = hits.value(); // what this node knows
        // #first
        assertThat(now).isEqualTo(42);
        await("b", "hits", 42);
    }

    @Test
    void addsAreAsSafeAsTheyAreAskedToBe() {
        Node node = node("a");
        // #acks
        Counter paid = Counters.durable(node).counter("paid");
        CompletionStage<Void> here = paid.add(5, Ack.disk()); // on this node's disk
        CompletionStage<Void> there = paid.add(5, Ack.replicas(2).within(ofSeconds(2))); // on two others' disks
        // #acks
        done(here);
        done(there);
        assertThat(paid.value()).isEqualTo(10);
    }

    @Test
    void anOperationCountsOnceHoweverOftenItIsTried() {
        // #operation
        Map<String, Long> deltas = Map.of("sold", 3L, "stock", -3L); // all of it or nothing
        CompletionStage<Void> first = Counters.get(node("a")).add("order-17", deltas, Ack.replicas(1));
        CompletionStage<Void> again =
                Counters.get(node("b")).add("order-17", deltas, Ack.replicas(1)); // a retry, elsewhere
        // #operation
        done(first);
        done(again);
        await("c", "sold", 3);
        await("c", "stock", -3);
    }

    @Test
    void whoeverTakesATokenAlongReadsHisOwnAdds() {
        // #token
        Counters.get(node("a")).counter("cart").add(2);
        String cookie = done(Counters.get(node("a")).token()).toString(); // goes with the user

        Counters elsewhere = Counters.get(node("b"));
        done(elsewhere.await(Token.parse(cookie), ofSeconds(2)));
        long cart = elsewhere.counter("cart").value(); // at least 2
        // #token
        assertThat(cart).isEqualTo(2);
        // #read
        CompletionStage<Long> fresh = elsewhere.counter("cart").value(Read.from(1)); // all that one other node has seen
        // #read
        assertThat(done(fresh)).isEqualTo(2);
    }

    @Test
    void changesAreToldAtAPace() {
        AtomicLong shown = new AtomicLong();
        // #subscribe
        Counter visits = Counters.get(node("a")).counter("visits");
        Subscription subscription =
                visits.subscribe(ofSeconds(1), shown::set); // the latest value, once a second at most
        // #subscribe
        Counters.get(node("b")).counter("visits").add(7);
        cluster.await("it is told", () -> shown.get() == 7);
        subscription.close();
    }

    @Test
    void aBoundedCounterSellsNoSeatTwice() {
        // #bounded
        BoundedCounter seats = Counters.get(node("a")).bounded("seats");
        seats.add(3);
        boolean sold = seats.tryTake(2); // against rights that this node holds
        CompletionStage<Void> elsewhere =
                Counters.get(node("b")).bounded("seats").take(1, ofSeconds(5)); // asks for more
        // #bounded
        assertThat(sold).isTrue();
        done(elsewhere);
        assertThat(seats.tryTake(1)).isFalse();
        assertThatThrownBy(() -> done(Counters.get(node("b")).bounded("seats").take(1, ofSeconds(1))))
                .cause()
                .isInstanceOfSatisfying(CounterFailure.class, none -> {
                    assertThat(none.kind()).isEqualTo(CounterFailure.Kind.NOT_ENOUGH);
                    assertThat(none.next()).isEqualTo(Failure.Next.RETRY);
                });
    }

    @Test
    void aWindowForgets() {
        // #window
        WindowedCounter lately = Counters.get(node("a")).windowed("requests", Window.minute());
        lately.increment();
        long inTheLastMinute = lately.value(); // of all nodes
        // #window
        assertThat(inTheLastMinute).isEqualTo(1);
    }

    @Test
    void whatWasSeenIsResetAndTheRestGoesOn() {
        Counter day = Counters.get(node("a")).counter("day");
        day.add(9);
        // #reset
        done(day.reset(Ack.replicas(1))); // takes out what this node has seen
        CompletionStage<Void> deleted = Counters.get(node("a")).delete("yesterday", Ack.memory());
        List<Map.Entry<String, Long>> top = Counters.get(node("a")).top(10, "requests/"); // also values("prefix")
        // #reset
        done(deleted);
        assertThat(day.value()).isZero();
        assertThat(top).isEmpty();
    }
}

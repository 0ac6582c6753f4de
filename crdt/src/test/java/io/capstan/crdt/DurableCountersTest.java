package io.capstan.crdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.capstan.actors.Node;
import io.capstan.actors.Start;
import io.capstan.testkit.TestCluster;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Durable counters on three real nodes and their real stores. */
class DurableCountersTest {
    @RegisterExtension
    static final TestCluster cluster = TestCluster.of(Node::forTest, "a", "b", "c");

    @Test
    void whatIsOnDiskOutlivesTheCrashOfAllNodes() {
        for (int round = 1; round <= 2; round++) {
            for (String name : cluster.names()) {
                done(counter(name, "kept").add(5, Ack.disk()));
                done(durable(name).add("once-" + name, Map.of("kept", 1L), Ack.disk()));
            }
            cluster.names().forEach(cluster::crash);
            cluster.names().forEach(cluster::restart);
            long expected = 15L * round + 3;
            cluster.names().forEach(name -> awaitValue(name, "kept", expected));
        }
    }

    /** Torture's: it began to serve while it still read its disk. */
    @Test
    void whatIsOnANodesDiskIsThereAsSoonAsTheNodeIs(@TempDir Path directory) {
        Config alone = ConfigFactory.parseString(
                "capstan.actors { directory = \"" + directory + "\", link.port = 0, preset = local }");
        Node node = Node.start("alone", Start.bootstrap(), alone);
        for (int batch = 0; batch < 10; batch++) {
            done(Counters.durable(node).add("batch-" + batch, batch(batch), Ack.disk()));
        }
        done(node.stop());

        Node again = Node.start("alone", Start.bootstrap(), alone);

        try {
            assertThat(batch(9).keySet())
                    .allMatch(name -> Counters.durable(again).counter(name).value() == 1);
        } finally {
            done(again.stop());
        }
    }

    private static Map<String, Long> batch(int number) {
        return IntStream.range(0, 1_500).boxed().collect(Collectors.toMap(i -> "counter-" + number + "-" + i, i -> 1L));
    }

    @Test
    void whatOthersAcknowledgedIsOnTheirDisks() {
        for (int i = 0; i < 10; i++) {
            done(counter("c", "abroad").add(1, Ack.replicas(2)));
        }
        cluster.names().forEach(cluster::crash);
        cluster.restart("a").restart("b");
        awaitValue("a", "abroad", 10);
        awaitValue("b", "abroad", 10);
        cluster.restart("c");
        awaitValue("c", "abroad", 10);
    }

    @Test
    void countersInMemoryAndOnDiskAreDifferentOnes() {
        done(counter("a", "apart").add(1, Ack.disk()));
        Counter inMemory = Counters.get(node("a")).counter("apart");

        assertThat(inMemory.value()).isZero();
        assertThatThrownBy(() -> inMemory.add(1, Ack.disk()))
                .isInstanceOfSatisfying(
                        CounterFailure.class,
                        failure -> assertThat(failure.kind()).isEqualTo(CounterFailure.Kind.NOT_DURABLE));
        assertThat(inMemory.value()).isZero();
    }

    private static Node node(String name) {
        return Node.get(cluster.system(name));
    }

    private static Counters durable(String name) {
        return Counters.durable(node(name));
    }

    private static Counter counter(String node, String name) {
        return durable(node).counter(name);
    }

    private static void awaitValue(String node, String name, long value) {
        cluster.await(
                name + " is " + value + " at " + node, () -> counter(node, name).value() == value);
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }
}

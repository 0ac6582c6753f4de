package io.capstan.registry;

import static io.capstan.registry.Members.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.crdt.Ack;
import io.capstan.crdt.Counters;
import io.capstan.crdt.internal.CountersService;
import io.capstan.crdt.internal.CountersService.Space;
import io.capstan.testkit.TestCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Operations are forgotten by three real nodes once they are older than their window, and what they added stays. */
@Timeout(400)
class OperationsWindowTest {
    private static final int OPERATIONS_MAX = 100;
    private static final int BATCH = 40;
    /** Is waited for four times; the first try, on a node that has just been started, must come within it. */
    private static final Duration WINDOW = Duration.ofSeconds(6);

    private static final Duration FORGOTTEN_MAX = Duration.ofSeconds(60);

    @RegisterExtension
    static final TestCluster cluster = Members.cluster("a", "b", "c")
            .with("capstan.raft.voters = [a, b, c]\n capstan.registry.fold-counters.start = on\n"
                    + "capstan.crdt.counters { fold-interval = 100ms, ack-timeout = 15s, operations-max = "
                    + OPERATIONS_MAX
                    + ", operations-window = " + WINDOW.toSeconds() + "s }");

    private static final Members members = Members.of(cluster);

    private static int operations(String node, Space space) {
        return CountersService.of(members.node(node), space).status().join().operations();
    }

    private static void awaitNoneLeft() {
        for (Space space : Space.values()) {
            for (String node : cluster.names()) {
                cluster.await(
                        "operations of " + space + " are forgotten at " + node,
                        FORGOTTEN_MAX,
                        () -> operations(node, space) == 0);
            }
        }
    }

    private static Counters counters(String node, Space space) {
        return space == Space.MEMORY ? Counters.get(members.node(node)) : Counters.durable(members.node(node));
    }

    private static void assertAllRead(String counter, long value) {
        for (Space space : Space.values()) {
            for (String node : cluster.names()) {
                cluster.await(
                        counter + " at " + node + ", of " + space,
                        FORGOTTEN_MAX,
                        () -> counters(node, space).counter(counter).value() == value);
            }
        }
    }

    @Test
    void farMoreOperationsThanAreHeldAreCountedOnceEachOverRestarts() {
        cluster.awaitConverged();
        long added = 0;
        for (String restarted : List.of("a", "b", "c", "a")) {
            for (int i = 0; i < BATCH; i++) {
                added++;
                String id = "operation-" + added;
                for (Space space : Space.values()) {
                    long begun = System.nanoTime();
                    done(counters("a", space).add(id, Map.of("operated", 1L), Ack.replicas(1)));
                    // Tried again elsewhere, unless this machine was so slow that it might be too late.
                    if (i % 4 == 0 && System.nanoTime() - begun < WINDOW.toNanos() / 4) {
                        done(counters("b", space).add(id, Map.of("operated", 1L), Ack.replicas(1)));
                    }
                }
            }
            awaitNoneLeft();
            assertAllRead("operated", added);
            cluster.crash(restarted).restart(restarted).awaitConverged();
        }
        assertThat(added).isGreaterThan(OPERATIONS_MAX);
        assertAllRead("operated", added);
        // What was forgotten for long enough is not known any more, and its id is like any other.
        for (Space space : Space.values()) {
            done(counters("b", space).add("operation-1", Map.of("operated", 1L), Ack.replicas(1)));
        }
        assertAllRead("operated", added + 1);
    }
}

package io.capstan.registry;

import static io.capstan.registry.Members.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.NodeId;
import io.capstan.crdt.Ack;
import io.capstan.crdt.Counters;
import io.capstan.crdt.CountersStatus;
import io.capstan.crdt.internal.CountersService;
import io.capstan.crdt.internal.CountersService.Space;
import io.capstan.testkit.TestCluster;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What departed starts of nodes have counted is folded by three real nodes, all of them voters. */
@Timeout(60)
class CounterFoldingTest {
    @RegisterExtension
    static final TestCluster cluster = Members.cluster("a", "b", "c")
            .with("capstan.raft.voters = [a, b, c]\n capstan.registry.fold-counters.start = on\n"
                    + "capstan.crdt.counters.fold-interval = 100ms");

    private static final Members members = Members.of(cluster);

    @BeforeEach
    void everybodyIsThere() {
        cluster.awaitConverged();
    }

    private static CountersStatus held(String node, Space space) {
        return CountersService.of(members.node(node), space).status().join();
    }

    private static void awaitOnlyTheLiving(String... nodes) {
        for (Space space : Space.values()) {
            for (String node : nodes) {
                cluster.await(
                        "the departed are folded at " + node + ", of " + space,
                        () -> held(node, space).slots() <= nodes.length);
            }
        }
    }

    @Test
    void restartsLeaveNoSlotsBehindAndCountOn() {
        for (String node : List.of("c", "b", "a", "c")) {
            Counters counters = Counters.get(members.node(node));
            done(counters.counter("rolling").add(5, Ack.replicas(2)));
            done(Counters.durable(members.node(node)).counter("rolling").add(7, Ack.replicas(2)));
            done(counters.add("once-" + node, Map.of("operated", 1L), Ack.replicas(2)));
            cluster.crash(node).restart(node).awaitConverged();
            awaitOnlyTheLiving("a", "b", "c");
        }
        for (String node : cluster.names()) {
            Counters counters = Counters.get(members.node(node));
            Counters durable = Counters.durable(members.node(node));
            cluster.await(
                    "all is counted at " + node,
                    () -> counters.counter("rolling").value() == 20
                            && counters.counter("operated").value() == 3
                            && durable.counter("rolling").value() == 28);
            assertThat(held(node, Space.MEMORY).folded()).isGreaterThanOrEqualTo(4);
        }
        done(Counters.get(members.node("a")).add("once-b", Map.of("operated", 1L), Ack.replicas(2)));
        assertThat(Counters.get(members.node("a")).counter("operated").value())
                .as("an operation that is folded is known by its id")
                .isEqualTo(3);
    }

    @Test
    void afterAStopOfAllNodesCountersInMemoryBeginAtNothingAndAreFoldedAgainAndDurableOnesGoOn() {
        done(Counters.get(members.node("c")).counter("stopped").add(5, Ack.replicas(2)));
        done(Counters.durable(members.node("c")).counter("stopped").add(7, Ack.replicas(2)));
        cluster.crash("c").restart("c").awaitConverged();
        awaitOnlyTheLiving("a", "b", "c");
        assertThat(held("a", Space.MEMORY).folded()).isPositive();

        cluster.names().forEach(cluster::crash);
        cluster.names().forEach(cluster::restart);
        cluster.awaitConverged();
        assertThat(Counters.get(members.node("a")).counter("stopped").value()).isZero();
        done(Counters.get(members.node("b")).counter("stopped").add(3, Ack.replicas(2)));
        done(Counters.durable(members.node("b")).counter("stopped").add(2, Ack.replicas(2)));
        cluster.crash("b").restart("b").awaitConverged();
        awaitOnlyTheLiving("a", "b", "c");
        for (String node : cluster.names()) {
            cluster.await(
                    "all is counted at " + node,
                    () -> Counters.get(members.node(node)).counter("stopped").value() == 3
                            && Counters.durable(members.node(node))
                                            .counter("stopped")
                                            .value()
                                    == 9);
        }
    }

    @Test
    void nobodyFoldsWhileAMemberIsAwayUntilItIsRemoved() {
        done(Counters.get(members.node("c")).counter("away").add(3, Ack.replicas(2)));
        awaitOnlyTheLiving("a", "b", "c");
        cluster.crash("b").restart("b").awaitConverged();
        cluster.crash("c");
        CounterFolding folding = CounterFolding.get(members.node("a"));
        cluster.await(
                "the others know that b was started again",
                () -> done(folding.members()).contains(members.node("b").id()));
        assertThat(held("a", Space.MEMORY).slots()).isGreaterThan(2);

        done(folding.remove("c"));
        awaitOnlyTheLiving("a", "b");
        assertThat(done(folding.members()).stream().map(NodeId::name).collect(Collectors.toList()))
                .containsExactly("a", "b");
        cluster.restart("c").awaitConverged();
        awaitOnlyTheLiving("a", "b", "c");
        cluster.await(
                "what the removed one had counted is read by its successor",
                () -> Counters.get(members.node("c")).counter("away").value() == 3);
    }

    @Test
    void whoIsRemovedWhileItRunsStopsAndIsAMemberAgainOnceItIsStartedAgain() {
        done(Counters.get(members.node("b")).counter("removed").add(3, Ack.replicas(2)));
        awaitOnlyTheLiving("a", "b", "c");

        done(CounterFolding.get(members.node("a")).remove("b"));
        cluster.await("b has stopped", () -> !cluster.isRunning("b"));
        cluster.restart("b").awaitConverged();

        awaitOnlyTheLiving("a", "b", "c");
        assertThat(done(CounterFolding.get(members.node("b")).members()).stream()
                        .map(NodeId::name))
                .containsExactly("a", "b", "c");
        cluster.await(
                "what it had counted counts on",
                () -> Counters.get(members.node("b")).counter("removed").value() == 3);
    }
}

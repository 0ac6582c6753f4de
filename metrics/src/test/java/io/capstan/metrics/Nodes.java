package io.capstan.metrics;

import io.capstan.actors.Node;
import io.capstan.testkit.TestCluster;

/** Clusters of nodes with all services. */
final class Nodes {
    private Nodes() {}

    static TestCluster cluster(String... names) {
        return TestCluster.of(
                        config -> {
                            var system = Node.forTest(config);
                            Node.get(system);
                            return system;
                        },
                        names)
                .with("""
                        capstan.metrics { interval = 50ms, series-max = 12 }
                        capstan.raft.voters = [a, b, c]
                        capstan.registry { consistent.start = on, fold-counters.start = on }
                        """);
    }
}

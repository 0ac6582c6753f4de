package io.capstan.registry;

import io.capstan.actors.Node;
import io.capstan.registry.group.Groups;
import io.capstan.testkit.TestCluster;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** What tests ask of a cluster of real nodes with names and groups. */
public final class Members {
    private final TestCluster cluster;

    private Members(TestCluster cluster) {
        this.cluster = cluster;
    }

    public static Members of(TestCluster cluster) {
        return new Members(cluster);
    }

    /** Nodes with names and groups. */
    public static TestCluster cluster(String... names) {
        return TestCluster.of(
                config -> {
                    var system = Node.forTest(config);
                    Node.get(system);
                    return system;
                },
                names);
    }

    public Node node(String member) {
        return Node.get(cluster.system(member));
    }

    public AvailableNames names(String member) {
        return Names.get(node(member));
    }

    public Groups groups(String member) {
        return Groups.get(node(member));
    }

    /** What the stage completes with; fails with what it fails with. */
    public static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }

    /** Cuts these from all others, and waits until neither side sees the other. */
    public void split(String... side) {
        List<String> left = List.of(side);
        List<String> right = cluster.names().stream()
                .filter(name -> !left.contains(name) && cluster.isRunning(name))
                .toList();
        cluster.cut(side).from(right.toArray(String[]::new));
        awaitAlone(left);
        awaitAlone(right);
    }

    private void awaitAlone(List<String> side) {
        for (String member : side) {
            cluster.await(
                    member + " sees its own side only",
                    () -> node(member).nodes().stream().allMatch(seen -> side.contains(seen.name())));
        }
    }

    /** Heals all cuts and waits until everybody sees everybody. */
    public void heal() {
        cluster.heal().awaitConverged();
    }
}

package io.capstan.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.pekko.cluster.Cluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ArteryCutTest {
    @RegisterExtension
    static final TestCluster cluster = TestCluster.of("a", "b");

    @Test
    void aCutAtBothEndsIsNoticedByBothAndHealed() {
        ArteryCut atA = new ArteryCut(cluster.system("a"));
        ArteryCut atB = new ArteryCut(cluster.system("b"));
        atA.cut(Cluster.get(cluster.system("b")).selfAddress());
        atB.cut(Cluster.get(cluster.system("a")).selfAddress());
        cluster.await("both miss the other", () -> !cluster.sees("a", "b") && !cluster.sees("b", "a"));

        atA.healAll();
        atB.healAll();

        cluster.awaitConverged();
        assertThat(cluster.sees("a", "b")).isTrue();
    }
}

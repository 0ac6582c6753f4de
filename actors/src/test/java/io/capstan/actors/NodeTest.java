package io.capstan.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.testkit.TestCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whole nodes on one machine: links, store, membership. */
class NodeTest {
    @RegisterExtension
    static final TestCluster cluster = TestCluster.of(Node::forTest, "a", "b", "c");

    @Test
    void threeNodesSeeEachOther() {
        assertThat(names("a")).containsExactlyInAnyOrder("b", "c");
        assertThat(names("b")).containsExactlyInAnyOrder("a", "c");
        cluster.await("all are members", () -> members("a") == 3 && members("b") == 3 && members("c") == 3);
    }

    @Test
    void aCrashIsToldAtOnceAndTheSuccessorIsANewIncarnation() {
        NodeId before = node("c").id();
        List<NodeEvent> events = Collections.synchronizedList(new ArrayList<>());
        Runnable end = node("a").subscribe(events::add);
        cluster.crash("c");
        cluster.await("c is down", () -> !node("a").nodes().contains(before));
        cluster.restart("c").awaitConverged();
        end.run();
        NodeId after = node("c").id();
        assertThat(after.incarnation()).isGreaterThan(before.incarnation());
        assertThat(events)
                .containsSubsequence(
                        new NodeEvent.NodeVisible(before),
                        new NodeEvent.NodeUp(before),
                        new NodeEvent.NodeDown(before, NodeEvent.Reason.CLOSED),
                        new NodeEvent.NodeHidden(before),
                        new NodeEvent.NodeVisible(after),
                        new NodeEvent.NodeUp(after));
    }

    @Test
    void aCutIsSeenOnBothSidesAndHeals() {
        cluster.cut("a").from("b", "c").awaitApart("a", "b");
        assertThat(names("b")).containsExactly("c");
        cluster.heal().awaitConverged();
        assertThat(names("a")).containsExactlyInAnyOrder("b", "c");
    }

    @Test
    void aNodeStaysApartFromWhomItIsToldToUntilItIsToldToConnect() throws Exception {
        NodeId b = node("b").id();
        List<NodeEvent> events = Collections.synchronizedList(new ArrayList<>());
        Runnable end = node("a").subscribe(events::add);
        node("a").disconnect("b");
        cluster.await("a is told", () -> events.contains(new NodeEvent.NodeDown(b, NodeEvent.Reason.DISCONNECTED)));
        assertThat(events).as("c has links to both").doesNotContain(new NodeEvent.NodeHidden(b));
        assertThat(node("a")
                        .connect(node("b").address(), Duration.ofSeconds(10))
                        .toCompletableFuture()
                        .get(20, TimeUnit.SECONDS))
                .isEqualTo(b);
        assertThat(names("a")).contains("b");
        assertThat(node("a").traffic())
                .as("the protocols are counted by name")
                .extracting(LinkTraffic::protocol)
                .contains("link", "processes");
        assertThat(node("a").internals().trafficByPeer())
                .as("and by peer")
                .containsOnlyKeys("b", "c")
                .allSatisfy((peer, traffic) -> {
                    assertThat(traffic.messagesOut()).isPositive();
                    assertThat(traffic.messagesIn()).isPositive();
                    assertThat(traffic.bytesIn()).isGreaterThan(5 * traffic.messagesIn());
                });
        end.run();
    }

    @Test
    void aNodeThatWillNotReturnIsForgottenAndPekkoIsToldOfItsEnd() throws Exception {
        cluster.await("all are members", () -> members("a") == 3);
        assertThatThrownBy(() -> forget("a", "c")).hasMessageContaining("node c is there");
        cluster.crash("c");
        cluster.await(
                "nobody sees it",
                () -> names("a").equals(List.of("b")) && names("b").equals(List.of("a")));
        cluster.await("a has no view of b's any more that says so", () -> forgotten("a", "c"));
        assertThat(node("a").internals().artery("c")).isEmpty();
        assertThat(forget("a", "c")).as("once more").isFalse();
        cluster.await(
                "Pekko has two",
                () -> Cluster.get(cluster.system("b")).state().members().size() == 2);
        cluster.restart("c").awaitConverged();
    }

    private static boolean forgotten(String by, String name) throws Exception {
        try {
            return forget(by, name);
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(ForgetFailure.class);
            return false;
        }
    }

    private static boolean forget(String by, String name) throws Exception {
        return node(by).forget(name).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void anOrderlyStopSaysGoodbye() {
        NodeId leaving = node("b").id();
        List<NodeEvent> events = Collections.synchronizedList(new ArrayList<>());
        Runnable end = node("a").subscribe(events::add);
        cluster.stop("b");
        cluster.await("b is down", () -> events.contains(new NodeEvent.NodeDown(leaving, NodeEvent.Reason.STOPPED)));
        end.run();
    }

    @Test
    void theBootstrapNodeRestartedWhileAnotherIsCutOffComesBackToItsCluster() {
        cluster.cut("c").from("a", "b").awaitApart("a", "c");
        cluster.crash("a").restart("a");
        cluster.await(
                "a and b are linked",
                () -> names("a").contains("b") && names("b").contains("a"));
        assertThat(names("a")).doesNotContain("c");
        cluster.heal();
        cluster.await(
                "all are linked",
                () -> names("a").size() == 2
                        && names("b").size() == 2
                        && names("c").size() == 2);
        cluster.awaitConverged();
    }

    @Test
    void aClusterThatWasDownAsAWholeComesBackAsOne() {
        cluster.crash("a").crash("b").crash("c");
        cluster.restart("c").restart("b").restart("a").awaitConverged();
        cluster.await("one membership", () -> members("a") == 3 && members("b") == 3 && members("c") == 3);
    }

    private static Node node(String name) {
        return Node.get(cluster.system(name));
    }

    private static List<String> names(String of) {
        return node(of).nodes().stream().map(NodeId::name).toList();
    }

    private static int members(String name) {
        int up = 0;
        for (var member : Cluster.get(cluster.system(name)).state().getMembers()) {
            up += member.status() == MemberStatus.up() || member.status() == MemberStatus.weaklyUp() ? 1 : 0;
        }
        return up;
    }
}

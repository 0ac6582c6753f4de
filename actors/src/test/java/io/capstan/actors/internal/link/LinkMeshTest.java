package io.capstan.actors.internal.link;

import static io.capstan.actors.internal.link.TestMeshes.BULK;
import static io.capstan.actors.internal.link.TestMeshes.CLUSTER;
import static io.capstan.actors.internal.link.TestMeshes.NORMAL;
import static io.capstan.actors.internal.link.TestMeshes.URGENT;
import static io.capstan.actors.internal.link.TestMeshes.await;
import static io.capstan.actors.internal.link.TestMeshes.awaitLinked;
import static io.capstan.actors.internal.link.TestMeshes.cut;
import static io.capstan.actors.internal.link.TestMeshes.heal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.NodeEvent.Reason;
import io.capstan.actors.NodeId;
import io.capstan.actors.StartFailure;
import io.capstan.actors.internal.link.TestMeshes.Member;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LinkMeshTest {
    private final TestMeshes meshes = new TestMeshes();

    @AfterEach
    void closeAll() {
        meshes.close();
    }

    @Test
    void threeNodesLinkThroughTheAddressOfOne() {
        Member a = meshes.start("a");
        Member b = meshes.start("b", a);
        Member c = meshes.start("c", a);
        awaitLinked(a, b, c);
        await("b is told", () -> b.events.containsAll(List.of(new MeshEvent.Linked(a.id), new MeshEvent.Linked(c.id))));
        assertThat(b.events)
                .containsSubsequence(new MeshEvent.Visible(a.id), new MeshEvent.Linked(a.id))
                .containsSubsequence(new MeshEvent.Visible(c.id), new MeshEvent.Linked(c.id));
    }

    @Test
    void framesArriveInTheOrderSent() {
        Member a = meshes.start("a");
        Member b = meshes.start("b", a);
        awaitLinked(a, b);
        sendAll(a, b, 5_000);
        await("all frames", () -> b.received.size() == 5_000);
        assertThat(b.received).isEqualTo(expected("a", 5_000));
    }

    @Test
    void aKilledNodeIsDownAtOnce() {
        // A silence could not be noticed within the test: only the closed socket can tell.
        meshes.silenceMax(Duration.ofMinutes(5));
        Member a = meshes.start("a");
        Member b = meshes.start("b", a);
        awaitLinked(a, b);
        b.mesh().stop(false);
        await("down", () -> a.events.contains(new MeshEvent.Unlinked(b.id, Reason.CLOSED)));
        await("hidden", () -> a.events.contains(new MeshEvent.Hidden(b.id)));
        assertThat(a.mesh().linked()).isEmpty();
        assertThat(a.send(b, NORMAL, "x")).isFalse();
    }

    @Test
    void aNodeThatSaysGoodbyeHasStopped() {
        Member a = meshes.start("a");
        Member b = meshes.start("b", a);
        awaitLinked(a, b);
        b.mesh().stop(true);
        await("down", () -> a.events.contains(new MeshEvent.Unlinked(b.id, Reason.STOPPED)));
    }

    @Test
    void aSilentCutIsSeenOnBothSidesAndAHealLinksAgain() {
        Member a = meshes.start("a");
        Member b = meshes.start("b", a);
        awaitLinked(a, b);
        cut(a, b);
        await("a sees it", () -> a.events.contains(new MeshEvent.Unlinked(b.id, Reason.SILENT)));
        await("b sees it", () -> b.events.contains(new MeshEvent.Unlinked(a.id, Reason.SILENT)));
        heal(a, b);
        awaitLinked(a, b);
    }

    @Test
    void aOneWayCutTakesTheLinkDownOnBothSides() {
        Member a = meshes.start("a");
        Member b = meshes.start("b", a);
        awaitLinked(a, b);
        a.mesh().cut("b", LinkFaults.Direction.OUTBOUND);
        b.mesh().cut("a", LinkFaults.Direction.INBOUND);
        await("b hears nothing", () -> b.events.contains(new MeshEvent.Unlinked(a.id, Reason.SILENT)));
        await("a sees it closed", () -> !a.linked(b));
        heal(a, b);
        awaitLinked(a, b);
    }

    @Test
    void aCutShorterThanTheSilenceLosesNothing() {
        meshes.silenceMax(Duration.ofMinutes(5));
        Member a = meshes.start("a");
        Member b = meshes.start("b", a);
        awaitLinked(a, b);
        cut(a, b);
        IntStream.range(0, 100)
                .forEach(i -> assertThat(a.send(b, NORMAL, "" + i)).isTrue());
        heal(a, b);
        await("all frames", () -> b.received.size() == 100);
        assertThat(b.received).isEqualTo(expected("a", 100));
        assertThat(b.events).noneMatch(MeshEvent.Unlinked.class::isInstance);
    }

    @Test
    void aListenerThatFailsUtterlyKeepsNobodyFromHearingOfTheNextSilence() {
        Member a = meshes.start("a");
        Member b = meshes.start("b", a);
        awaitLinked(a, b);
        a.mesh().subscribe(event -> {
            if (event instanceof MeshEvent.Unlinked) {
                throw new AssertionError("a listener's bug");
            }
        });
        for (int time = 0; time < 2; time++) {
            a.events.clear();
            cut(a, b);
            await("a hears nothing", () -> a.events.contains(new MeshEvent.Unlinked(b.id, Reason.SILENT)));
            heal(a, b);
            awaitLinked(a, b);
        }
    }

    @Test
    void aThirdNodeBridgesACut() {
        meshes.silenceMax(Duration.ofSeconds(2)); // A busy machine must not silence the bridge.
        Member a = meshes.start("a");
        Member b = meshes.start("b", a);
        Member c = meshes.start("c", a);
        awaitLinked(a, b, c);
        cut(a, b);
        await("unlinked", () -> !a.linked(b) && !b.linked(a));
        assertThat(a.mesh().visible()).contains(b.id);
        // Far more than a window: credit comes back through the bridge too.
        sendAll(a, b, 20_000);
        await("all frames", () -> b.received.size() == 20_000);
        assertThat(b.received).isEqualTo(expected("a", 20_000));
        assertThat(a.events).noneMatch(MeshEvent.Hidden.class::isInstance);
        c.mesh().stop(false);
        await("hidden without the bridge", () -> a.events.contains(new MeshEvent.Hidden(b.id)));
    }

    @Test
    void nodesOfDifferentWindowsServeEachOtherDirectlyAndThroughAThird() {
        Member a = meshes.windowBytes(8 * LinkSettings.WINDOW_BYTES_MIN).start("a");
        Member b = meshes.windowBytes(LinkSettings.WINDOW_BYTES_MIN).start("b", a);
        Member c = meshes.start("c", a);
        awaitLinked(a, b, c);
        sendAll(a, b, 50_000);
        sendAll(b, a, 50_000);
        await("all on the link", () -> a.received.size() == 50_000 && b.received.size() == 50_000);
        cut(a, b);
        await("unlinked", () -> !a.linked(b) && !b.linked(a));
        sendAll(a, b, 10_000);
        sendAll(b, a, 10_000);
        await("all through c", () -> a.received.size() == 60_000 && b.received.size() == 60_000);
    }

    @Test
    void aRestartedNodeTakesThePlaceOfItsPredecessor() {
        Member a = meshes.start("a");
        Member old = meshes.start("b", a);
        awaitLinked(a, old);
        old.mesh().stop(false);
        Member young = meshes.start(new Member(new NodeId("b", 2), CLUSTER, ""), a);
        // Who asks sees the new routes a moment before listeners are told.
        await("a is told", () -> a.events.contains(new MeshEvent.Linked(young.id)));
        assertThat(a.events)
                .containsSubsequence(
                        new MeshEvent.Unlinked(old.id, Reason.CLOSED),
                        new MeshEvent.Hidden(old.id),
                        new MeshEvent.Visible(young.id),
                        new MeshEvent.Linked(young.id));
    }

    @Test
    void aSecondNodeOfALivingNameGetsInOnlyWhenTheFirstIsGone() {
        Member a = meshes.start("a");
        Member first = meshes.start("b", a);
        awaitLinked(a, first);
        Member second = meshes.start(new Member(new NodeId("b", 2), CLUSTER, ""), a);
        Member probe = meshes.start("c", a);
        awaitLinked(a, first, probe);
        assertThat(a.linked(second)).isFalse();
        first.mesh().stop(false);
        awaitLinked(a, second);
    }

    @Test
    void anOlderStartOfANameStaysOut() {
        Member a = meshes.start("a");
        Member young = meshes.start(new Member(new NodeId("b", 2), CLUSTER, ""), a);
        awaitLinked(a, young);
        young.mesh().stop(false);
        await("down", () -> !a.linked(young));
        Member old = meshes.start("b", a);
        Member probe = meshes.start("c", a);
        awaitLinked(a, probe);
        assertThat(a.linked(old)).isFalse();
    }

    @Test
    void nodesOfTwoClustersRefuseEachOther() {
        Member a = meshes.start("a");
        Member stranger = meshes.start(new Member(new NodeId("s", 1), new ClusterId(9, 9), ""), a);
        assertStaysOut(a, stranger);
    }

    @Test
    void aNodeWithAnotherSecretStaysOut() {
        Member a = meshes.start("a");
        assertStaysOut(a, meshes.start(new Member(new NodeId("s", 1), CLUSTER, "another"), a));
    }

    private void assertStaysOut(Member a, Member stranger) {
        Member probe = meshes.start("probe", a);
        awaitLinked(a, probe);
        assertThat(a.mesh().linked()).containsExactly(probe.id);
        assertThat(stranger.mesh().linked()).isEmpty();
        assertThat(stranger.mesh().visible()).isEmpty();
    }

    @Test
    void aNewcomerTakesTheClusterOfItsFirstPeer() {
        Member a = meshes.start("a");
        Member fresh = meshes.start(new Member(new NodeId("f", 1), null, ""), a);
        awaitLinked(a, fresh);
        assertThat(fresh.cluster()).isEqualTo(CLUSTER);
    }

    @Test
    void twoNewcomersAreNoCluster() {
        Member one = meshes.start(new Member(new NodeId("f", 1), null, ""));
        Member two = meshes.start(new Member(new NodeId("g", 1), null, ""), one);
        Member a = meshes.start("a", one);
        awaitLinked(a, one, two);
        assertThat(two.cluster()).isEqualTo(CLUSTER);
    }

    @Test
    void aFullWindowRefusesAndTellsWhenThereIsRoom() {
        Member a = meshes.start("a");
        Member b = meshes.start("b", a);
        awaitLinked(a, b);
        b.consumes = false;
        String kilobytes = "x".repeat(60_000);
        int taken = 0;
        while (a.send(b, NORMAL, kilobytes)) {
            taken++;
        }
        assertThat(taken).isEqualTo(LinkSettings.WINDOW_BYTES_MIN / (60_000 + Outlet.FRAME_COST));
        assertThat(a.send(b, BULK, "another channel has a window of its own")).isTrue();
        int sent = taken;
        await("all arrived", () -> b.unconsumed.size() == sent + 1);
        assertThat(a.events).doesNotContain(new MeshEvent.Writable(b.id, NORMAL));
        b.unconsumed.forEach(Runnable::run);
        await("writable", () -> a.events.contains(new MeshEvent.Writable(b.id, NORMAL)));
        assertThat(a.send(b, NORMAL, kilobytes)).isTrue();
    }

    @Test
    void anUrgentFrameOvertakesBulk() {
        meshes.silenceMax(Duration.ofMinutes(5));
        Member a = meshes.start("a");
        Member b = meshes.start("b", a);
        awaitLinked(a, b);
        cut(a, b);
        assertThat(a.send(b, BULK, "large 1")).isTrue();
        assertThat(a.send(b, BULK, "large 2")).isTrue();
        assertThat(a.send(b, NORMAL, "table")).isTrue();
        assertThat(a.send(b, URGENT, "vote")).isTrue();
        heal(a, b);
        await("all frames", () -> b.received.size() == 4);
        assertThat(b.received).containsExactly("a:vote", "a:table", "a:large 1", "a:large 2");
    }

    @Test
    void callsThatCrossEndInOneLinkThatStays() {
        for (int round = 0; round < 20; round++) {
            try (TestMeshes pair = new TestMeshes()) {
                Member a = pair.start("a");
                Member b = pair.start("b", a);
                a.mesh().open(List.of(b.mesh().address()), List.of());
                awaitLinked(a, b);
                sendAll(a, b, 100);
                sendAll(b, a, 100);
                await("both ways", () -> a.received.size() == 100 && b.received.size() == 100);
                assertThat(a.events).noneMatch(MeshEvent.Unlinked.class::isInstance);
                assertThat(b.events).noneMatch(MeshEvent.Unlinked.class::isInstance);
            }
        }
    }

    @Test
    void aPausedNodeDeclaresNobodyDownOnWaking() {
        meshes.silenceMax(Duration.ofMinutes(5));
        Member b = meshes.start("b");
        meshes.silenceMax(Duration.ofMillis(300));
        Member a = meshes.start("a", b);
        awaitLinked(a, b);
        // The mesh's thread stands still for three times the silence that a suffers, as in a stopped process.
        Runnable pause = a.mesh().subscribe(event -> {
            if (event instanceof MeshEvent.Linked) {
                LockSupport.parkNanos(Duration.ofMillis(900).toNanos());
            }
        });
        pause.run();
        assertThat(b.send(a, NORMAL, "after the pause")).isTrue();
        await("awake again", () -> !a.received.isEmpty());
        assertThat(a.events).noneMatch(MeshEvent.Unlinked.class::isInstance);
    }

    @Test
    void aPortInUseIsNamed() {
        Member a = meshes.start("a");
        int port = a.mesh().address().port();
        var settings = new LinkSettings(
                "127.0.0.1",
                port,
                "",
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                1 << 20,
                16,
                16,
                65536);
        assertThatThrownBy(() -> new LinkMesh(new NodeId("b", 1), settings, null, new byte[0], a))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("127.0.0.1:" + port)
                .hasMessageContaining("capstan.actors.link");
    }

    private static void sendAll(Member from, Member to, int count) {
        for (int i = 0; i < count; i++) {
            String text = "" + i;
            await("room for " + text, () -> from.send(to, NORMAL, text));
        }
    }

    private static List<String> expected(String from, int count) {
        return IntStream.range(0, count).mapToObj(i -> from + ":" + i).toList();
    }
}

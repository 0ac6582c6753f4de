package io.capstan.actors.internal.link;

import static io.capstan.actors.internal.link.TestMeshes.BULK;
import static io.capstan.actors.internal.link.TestMeshes.NORMAL;
import static io.capstan.actors.internal.link.TestMeshes.URGENT;
import static io.capstan.actors.internal.link.TestMeshes.await;
import static io.capstan.actors.internal.link.TestMeshes.awaitLinked;
import static io.capstan.actors.internal.link.TestMeshes.cut;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.LinkTraffic;
import io.capstan.actors.internal.link.TestMeshes.Member;
import io.capstan.actors.internal.tls.Authority;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What flows over a link")
class LinkFlowTest {
    private static final int LARGE = 60_000;

    private final TestMeshes meshes = new TestMeshes();

    @AfterEach
    void closeAll() {
        meshes.close();
    }

    @Test
    void overtakesAllLargeFramesButTheFewThatTheNetworkHolds() {
        smallOvertakesLarge();
    }

    @Test
    void overtakesThemWithTlsToo(@TempDir Path folder) throws Exception {
        meshes.tls(new Authority(folder, "authority").signAddress("node", "127.0.0.1"));
        smallOvertakesLarge();
    }

    private void smallOvertakesLarge() {
        int count = 100;
        meshes.silenceMax(Duration.ofMinutes(5)).windowBytes(16 * 1024 * 1024);
        Member a = meshes.start("a");
        Member b = meshes.start("b", a);
        awaitLinked(a, b);
        // The receiver reads nothing for a while, so that all that can be full is full.
        b.mesh().cut("a", LinkFaults.Direction.INBOUND);
        for (int i = 0; i < count; i++) {
            assertThat(a.send(b, BULK, "x".repeat(LARGE))).isTrue();
        }
        awaitStandstill(a);
        // How much the network takes is the kernel's to say, and it says more on some days: the small ones come right
        // behind.
        long held = of(a, "test-bulk").messagesOut();
        assertThat(held).as("large frames on the wire, of " + count).isLessThan(count / 2);
        assertThat(a.send(b, NORMAL, "small")).isTrue();
        assertThat(a.send(b, URGENT, "urgent")).isTrue();
        // Once a's thread has come to this it has taken up both: else it might find room on the wire before.
        a.mesh().forget("nobody").join();
        b.mesh().healAll();
        await("all frames", () -> b.received.size() == count + 2);
        int urgent = b.received.indexOf("a:urgent");
        int small = b.received.indexOf("a:small");
        assertThat(urgent).as("large frames before it").isLessThan(small);
        assertThat(small - 1).as("large frames before it").isLessThanOrEqualTo((int) held);
    }

    /** The wire is full: what it took first is not all that it takes, and what comes too early need not overtake. */
    private void awaitStandstill(Member sender) {
        long[] seen = {0, System.nanoTime()};
        await("the wire is full", () -> {
            long now = of(sender, "test-bulk").messagesOut();
            if (now != seen[0]) {
                seen[0] = now;
                seen[1] = System.nanoTime();
            }
            return now > 0
                    && System.nanoTime() - seen[1] > Duration.ofMillis(300).toNanos();
        });
    }

    @Test
    void isCountedAtBothEnds() {
        Member a = meshes.start("a");
        Member b = meshes.start("b", a);
        awaitLinked(a, b);
        for (int i = 0; i < 10; i++) {
            assertThat(a.send(b, NORMAL, "hello")).isTrue();
        }
        await("all frames", () -> b.received.size() == 10);
        await("counted", () -> of(a, "test-normal").messagesOut() == 10);
        long bytes = 10L * (Connection.HEADER_BYTES + "hello".length());
        assertThat(of(a, "test-normal").bytesOut()).isEqualTo(bytes);
        assertThat(of(b, "test-normal").messagesIn()).isEqualTo(10);
        assertThat(of(b, "test-normal").bytesIn()).isEqualTo(bytes);
        assertThat(of(b, "test-normal").messagesOut()).isZero();
        assertThat(of(a, "link").messagesOut()).isPositive();
        assertThat(of(a, "link").bytesIn()).isPositive();
    }

    @Test
    void isCountedForItsProtocolAlsoWhenItGoesThroughAThirdNode() {
        Member a = meshes.start("a");
        Member b = meshes.start("b", a);
        Member c = meshes.start("c", a);
        awaitLinked(a, b, c);
        cut(a, b);
        await("unlinked", () -> !a.linked(b) && !b.linked(a));
        assertThat(a.send(b, NORMAL, "over c")).isTrue();
        await("the frame", () -> b.received.size() == 1);
        assertThat(of(a, "test-normal").messagesOut()).isEqualTo(1);
        assertThat(of(b, "test-normal").messagesIn()).isEqualTo(1);
        assertThat(c.mesh().traffic())
                .as("to c it is the links' own")
                .noneMatch(of -> of.protocol().equals("test-normal"));
    }

    @Test
    void isRefusedWhenTheReceiverDoesNotKeepUpAndLostWithItsLink() {
        Member a = meshes.start("a");
        Member b = meshes.start("b", a);
        awaitLinked(a, b);
        cut(a, b);
        int taken = 0;
        while (a.send(b, NORMAL, "x".repeat(LARGE))) {
            taken++;
        }
        LinkTraffic full = of(a, "test-normal");
        assertThat(full.refused()).isEqualTo(1);
        assertThat(full.underWayBytes()).isEqualTo((long) taken * (LARGE + Outlet.FRAME_COST));
        await("silence", () -> !a.linked(b));
        LinkTraffic lost = of(a, "test-normal");
        assertThat(lost.dropped()).as("nothing had left").isEqualTo(taken);
        assertThat(lost.underWayBytes()).isZero();
    }

    private static LinkTraffic of(Member member, String protocol) {
        return member.mesh().traffic().stream()
                .filter(of -> of.protocol().equals(protocol))
                .findFirst()
                .orElse(new LinkTraffic(protocol, 0, 0, 0, 0, 0, 0, 0));
    }
}

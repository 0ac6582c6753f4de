package io.capstan.actors.internal.link;

import static io.capstan.actors.internal.link.TestMeshes.BULK;
import static io.capstan.actors.internal.link.TestMeshes.NORMAL;
import static io.capstan.actors.internal.link.TestMeshes.await;
import static io.capstan.actors.internal.link.TestMeshes.awaitLinked;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.NodeEvent.Reason;
import io.capstan.actors.internal.link.TestMeshes.Member;
import io.capstan.actors.internal.tls.Authority;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The last word of a link")
class LinkEndTest {
    @TempDir
    static Path folder;

    private final TestMeshes meshes = new TestMeshes().silenceMax(Duration.ofMinutes(5));

    @AfterEach
    void closeAll() {
        meshes.close();
    }

    private void secure(boolean tls) throws Exception {
        if (tls) {
            meshes.tls(new Authority(folder, "authority").signAddress("ours", "127.0.0.1"));
        }
    }

    /** A socket that is closed with bytes unread is reset, and the reset overtakes what was said last. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isHeardByOneThatSpeaksAllTheWhile(boolean tls) throws Exception {
        secure(tls);
        Member a = meshes.start("a");
        for (int round = 1; round <= 10; round++) {
            Member b = meshes.start("b" + round, a);
            awaitLinked(a, b);
            AtomicBoolean over = new AtomicBoolean();
            Thread talk = new Thread(() -> {
                String much = "x".repeat(20_000);
                while (!over.get()) {
                    a.send(b, BULK, much);
                    a.send(b, NORMAL, much);
                }
            });
            talk.start();
            await("b hears it", () -> b.received.size() > 10);
            b.mesh().stop(true).toCompletableFuture().get(20, TimeUnit.SECONDS);
            await("it is gone", () -> !a.linked(b) && a.events.stream().anyMatch(MeshEvent.Hidden.class::isInstance));
            over.set(true);
            talk.join();
            assertThat(a.events)
                    .filteredOn(MeshEvent.Unlinked.class::isInstance)
                    .containsExactly(new MeshEvent.Unlinked(b.id, Reason.STOPPED));
            a.events.clear();
        }
    }

    /** Its sockets are closed only when that one's time is up. */
    @Test
    void isTheLastAlsoWhileAnotherPeerTakesItsTime() throws Exception {
        Member a = meshes.start("a");
        Member slow = meshes.start("slow", a);
        Member b = meshes.start("b", a);
        awaitLinked(a, b, slow);
        await("a is told", () -> a.events.contains(new MeshEvent.Linked(b.id)));
        a.events.clear();
        slow.mesh().cut("b", LinkFaults.Direction.INBOUND);
        b.mesh().stop(true).toCompletableFuture().get(20, TimeUnit.SECONDS);
        await("it is gone", () -> a.events.contains(new MeshEvent.Hidden(b.id)));
        assertThat(a.events)
                .filteredOn(event -> event instanceof MeshEvent.Linked || event instanceof MeshEvent.Unlinked)
                .as("nobody was called again")
                .containsExactly(new MeshEvent.Unlinked(b.id, Reason.STOPPED));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void waitsNotLongForOneThatReadsNothing(boolean tls) throws Exception {
        secure(tls);
        // More than the kernel holds for them.
        meshes.windowBytes(8 * 1024 * 1024);
        Member a = meshes.start("a");
        Member b = meshes.start("b", a);
        awaitLinked(a, b);
        b.mesh().cut("a", LinkFaults.Direction.INBOUND);
        String much = "x".repeat(60_000);
        while (a.send(b, NORMAL, much) || a.send(b, BULK, much)) {
            // Until both windows are full.
        }
        a.mesh().stop(true).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}

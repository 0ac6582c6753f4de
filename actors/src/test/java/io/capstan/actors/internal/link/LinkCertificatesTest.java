package io.capstan.actors.internal.link;

import static io.capstan.actors.internal.link.TestMeshes.NORMAL;
import static io.capstan.actors.internal.link.TestMeshes.await;
import static io.capstan.actors.internal.link.TestMeshes.awaitLinked;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.capstan.actors.internal.link.TestMeshes.Member;
import io.capstan.actors.internal.tls.Authority;
import io.capstan.actors.internal.tls.Certificates;
import io.capstan.actors.internal.tls.TlsSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@DisplayName("A certificate that is changed while links stand")
@SuppressWarnings("NullAway.Init") // sign() comes first.
class LinkCertificatesTest {
    @TempDir
    Path folder;

    private final TestMeshes meshes = new TestMeshes();
    private Authority authority;
    private TlsSettings ours;
    private TlsSettings others;
    private Member a;
    private Member b;

    @BeforeEach
    void sign() throws IOException {
        authority = new Authority(folder, "authority");
        ours = authority.signAddress("ours", "127.0.0.1");
        others = authority.signAddress("others", "127.0.0.1");
        meshes.silenceMax(Duration.ofMinutes(5));
        a = meshes.tls(ours).start("a");
        b = meshes.tls(others).start("b", a);
        awaitLinked(a, b);
    }

    @AfterEach
    void closeAll() {
        meshes.close();
    }

    @Test
    void isShownToNewLinksAndEndsNoneThatStands() throws Exception {
        AtomicBoolean rotated = new AtomicBoolean();
        Thread load = new Thread(() -> {
            for (int i = 0; i < 2_000 || !rotated.get(); i++) {
                String text = "" + i;
                await("room", () -> a.send(b, NORMAL, text));
            }
        });
        load.start();
        PublicKey before = shownBy(a);
        for (int time = 0; time < 3; time++) {
            PublicKey former = shownBy(a);
            authority.signAddress("ours", "127.0.0.1");
            await("another key is shown", () -> !shownBy(a).equals(former));
        }
        // Whichever of the two calls.
        Member c = meshes.tls(others).start("c", a);
        awaitLinked(a, b, c);
        rotated.set(true);
        load.join();
        assertThat(shownBy(a)).isNotEqualTo(before);
        await("all frames", () -> b.received.size() >= 2_000);
        List<String> received = List.copyOf(b.received); // More may still come.
        assertThat(received)
                .isEqualTo(IntStream.range(0, received.size())
                        .mapToObj(i -> "a:" + i)
                        .toList());
        assertThat(List.of(a, b, c))
                .allSatisfy(each -> assertThat(each.events).noneMatch(MeshEvent.Unlinked.class::isInstance));
    }

    @Test
    void andIsNoGoodIsToldOfOnceAndTheFormerOneGoesOn() throws Exception {
        PublicKey before = shownBy(a);
        Path good = Files.copy(ours.certificate(), folder.resolve("good"));
        try (Said said = new Said()) {
            replace(Files.writeString(folder.resolve("bad"), "nonsense"));
            await("it is told", () -> !said.lines().isEmpty());
            awaitLinked(a, meshes.tls(others).start("c", a));
            assertThat(shownBy(a)).isEqualTo(before);
            replace(good);
            await("that is told, too", () -> said.lines().size() > 1);
            assertThat(said.lines()).hasSize(2);
            assertThat(said.lines().get(0))
                    .contains("no good", "tls.certificate", ours.certificate().toString())
                    .doesNotContain("\n");
            assertThat(said.lines().get(1)).contains("from now on");
        }
    }

    /** In one moment. */
    private void replace(Path by) throws IOException {
        Files.move(by, ours.certificate(), StandardCopyOption.ATOMIC_MOVE);
    }

    private static PublicKey shownBy(Member member) {
        return Authority.shownAt(member.mesh().address().port());
    }

    /** What the log says of certificates from now on. */
    private static final class Said implements AutoCloseable {
        private final Logger logger = (Logger) LoggerFactory.getLogger(Certificates.class);
        private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

        private Said() {
            appender.list = new java.util.concurrent.CopyOnWriteArrayList<>();
            appender.start();
            logger.addAppender(appender);
        }

        private List<String> lines() {
            return appender.list.stream()
                    .map(ILoggingEvent::getFormattedMessage)
                    .toList();
        }

        @Override
        public void close() {
            logger.detachAppender(appender);
        }
    }
}

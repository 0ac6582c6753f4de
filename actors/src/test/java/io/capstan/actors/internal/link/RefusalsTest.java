package io.capstan.actors.internal.link;

import static io.capstan.actors.internal.link.TestMeshes.CLUSTER;
import static io.capstan.actors.internal.link.TestMeshes.await;
import static io.capstan.actors.internal.link.TestMeshes.awaitLinked;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.TestMeshes.Member;
import io.capstan.actors.internal.tls.Authority;
import io.capstan.actors.internal.tls.TlsSettings;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Who is not let in, and that one clear line in the log of either end says why. */
@DisplayName("A node is refused, and both ends say why,")
class RefusalsTest {
    @TempDir
    Path folder;

    private final TestMeshes meshes = new TestMeshes();
    private final Logger logger = (Logger) LoggerFactory.getLogger(Doorkeeper.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.list = new CopyOnWriteArrayList<>();
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void closeAll() {
        logger.detachAppender(log);
        meshes.close();
    }

    @Test
    void whoseCertificateIsOfAnotherAuthority() throws IOException {
        TlsSettings ours = named(new Authority(folder, "authority"), "a");
        TlsSettings others = named(new Authority(folder, "another"), "s");
        Member a = meshes.tls(ours).start("a");
        Member stranger = meshes.tls(others).start("s", a);
        // Who calls is the first to see a certificate.
        awaitSaid("s: ", "is refused", "its certificate is refused", "capstan.actors.tls.authority");
        awaitSaid("a: ", "somebody at", "it refuses TLS with this node", "its log tells");
        assertUnlinked(a, stranger);
    }

    @Test
    void whoseCertificateIsAnotherNodes() throws IOException {
        Authority authority = new Authority(folder, "authority");
        Member a = meshes.tls(named(authority, "a")).start("a");
        TlsSettings stolen = authority.signAddress("b", "127.0.0.1");
        Member thief = meshes.tls(stolen).start("s", a);
        awaitSaid("a: node s ", "is refused", "node s has shown a certificate of node b", "verify-name");
        awaitSaid("s: ", "refuses us", "node s has shown a certificate of node b", "verify-name");
        assertUnlinked(a, thief);
    }

    /** Either calls the other; and a complaint of the same machine that was told before hides neither. */
    @Test
    void whoHasNoTlsWhereThereIsSomeOrTheOtherWayRound() throws IOException {
        Authority authority = new Authority(folder, "authority");
        Member a = meshes.tls(named(authority, "a")).start("a");
        meshes.tls(named(new Authority(folder, "another"), "s")).start("s", a);
        awaitSaid("a: somebody at ", "is refused", "it refuses TLS with this node");
        Member plain = meshes.tls(TlsSettings.OFF).start("p", a);
        awaitSaid("a: somebody at ", "is refused", "has no TLS, which is on here", "capstan.actors.tls.enabled");
        awaitSaid("p: somebody at 127.0.0.1:", "refuses us", "there is TLS here", "capstan.actors.tls.enabled");
        meshes.tls(named(authority, "b")).start("b", plain);
        awaitSaid("p: somebody at ", "is refused", "has TLS, which is off here", "capstan.actors.tls.enabled");
        awaitSaid(
                "b: somebody at 127.0.0.1:",
                "is refused",
                "has no TLS, which is on here",
                "capstan.actors.tls.enabled");
        assertUnlinked(a, plain);
    }

    @Test
    void whoHasAnotherSecret() {
        Member a = meshes.start(new Member(new NodeId("a", 1), CLUSTER, "one"));
        Member other = meshes.start(new Member(new NodeId("s", 1), CLUSTER, "another"), a);
        // Who calls is the first to see a proof.
        awaitSaid("s: node a ", "is refused", "another capstan.actors.secret");
        awaitSaid("a: node s ", "refuses us", "another capstan.actors.secret");
        assertUnlinked(a, other);
    }

    @Test
    void whoseNameIsInUse() {
        Member a = meshes.start("a");
        Member first = meshes.start("b", a);
        awaitLinked(a, first);
        Member second = meshes.start(new Member(new NodeId("b", 2), CLUSTER, ""), a);
        awaitSaid("a: node b ", "is refused", "the name b belongs to a living node at");
        awaitSaid("b: ", "refuses us", "the name b belongs to a living node at");
        assertThat(second.mesh().linked()).isEmpty();
        assertThat(a.mesh().linked()).containsExactly(first.id);
    }

    @Test
    void whoBelongsToAnotherCluster() {
        Member a = meshes.start("a");
        Member stranger = meshes.start(new Member(new NodeId("s", 1), new ClusterId(9, 9), ""), a);
        awaitSaid("a: node s ", "is refused", "starts with an empty directory");
        awaitSaid("s: ", "refuses us", "starts with an empty directory");
        assertUnlinked(a, stranger);
    }

    @Test
    void whoSpeaksANewerVersionOfTheWire() throws IOException {
        Member a = meshes.start("a");
        try (Socket newer =
                new Socket(InetAddress.getLoopbackAddress(), a.mesh().address().port())) {
            newer.setSoTimeout(15_000);
            newer.getOutputStream().write(frame(newerHello()));
            assertThat(read(newer))
                    .isInstanceOfSatisfying(
                            Control.Refuse.class,
                            told -> assertThat(told.text())
                                    .contains("node n speaks version 99 ", "upgrade the older one"));
        }
        awaitSaid("a: node n ", "is refused", "speaks version 99 ", "upgrade the older one");
    }

    /** Before anybody knows who calls, what he says of himself would otherwise be further lines of this node's log. */
    @Test
    void whoWouldWriteLinesOfItsOwnIntoTheLog() throws IOException {
        Member a = meshes.start("a");
        for (Control forged : List.of(
                new Control.Refuse(RefuseCode.PROTOCOL, "no\n2026-01-01 ERROR all is lost\u001b[2J"),
                hello(99, "h\n2026-01-01 ERROR all is lost"),
                hello(2, "h\u202eh"))) {
            try (Socket caller = new Socket(
                    InetAddress.getLoopbackAddress(), a.mesh().address().port())) {
                caller.setSoTimeout(15_000);
                caller.getOutputStream().write(frame(forged));
                assertThat(read(caller)).isInstanceOf(Control.Refuse.class);
            }
        }
        awaitSaid("a: somebody at ", "is refused", "a text with characters that are not to be printed");
        assertThat(log.list).noneMatch(event -> event.getFormattedMessage().matches("(?s).*[\\p{Cc}\\p{Cf}].*"));
    }

    /** The other end of the same: a node as this one is, that calls one of a version to come. */
    @Test
    void whoIsOlderThanWhoIsCalled() throws IOException {
        try (ServerSocket newer = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            newer.setSoTimeout(15_000);
            Member a = meshes.start("a");
            a.mesh().open(List.of(new LinkAddress("127.0.0.1", newer.getLocalPort())), List.of());
            try (Socket caller = newer.accept()) {
                assertThat(read(caller)).isInstanceOf(Control.Hello.class);
                caller.getOutputStream()
                        .write(frame(
                                new Control.Refuse(RefuseCode.VERSION, "node a speaks versions 2 to 2: upgrade it")));
                awaitSaid("a: ", "refuses us", "node a speaks versions 2 to 2: upgrade it");
            }
        }
    }

    /** Anybody may say so, and the address may be another's tomorrow: it was never called again. */
    @Test
    void whoIsToldThatItHasCalledItselfCallsAgainAllTheSame() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            other.setSoTimeout(15_000);
            Member a = meshes.start("a");
            a.mesh().open(List.of(new LinkAddress("127.0.0.1", other.getLocalPort())), List.of());
            for (int call = 0; call < 3; call++) {
                try (Socket caller = other.accept()) {
                    assertThat(read(caller)).isInstanceOf(Control.Hello.class);
                    caller.getOutputStream().write(frame(new Control.Refuse(RefuseCode.SELF, "this is node a")));
                }
            }
        }
    }

    private static Control newerHello() {
        return hello(99, "127.0.0.1");
    }

    private static Control hello(int version, String host) {
        return new Control.Hello(
                version,
                version,
                CLUSTER,
                new NodeId("n", 1),
                new LinkAddress(host, 1),
                "pekko://x@h:1",
                false,
                LinkSettings.WINDOW_BYTES_MIN,
                new Control.Nonce(1, 2));
    }

    private static byte[] frame(Control frame) {
        byte[] body = ControlCodec.encode(frame);
        return ByteBuffer.allocate(Connection.HEADER_BYTES + body.length)
                .putInt(1 + body.length)
                .put((byte) 0)
                .put(body)
                .array();
    }

    private static Control read(Socket from) throws IOException {
        var in = new DataInputStream(from.getInputStream());
        byte[] body = in.readNBytes(in.readInt());
        return ControlCodec.decode(Arrays.copyOfRange(body, 1, body.length));
    }

    private TlsSettings named(Authority authority, String node) throws IOException {
        TlsSettings of = authority.signAddress(node, "127.0.0.1");
        return new TlsSettings(true, of.certificate(), of.key(), of.authority(), node, true, of.checkEvery());
    }

    private void awaitSaid(String begin, String... words) {
        await(
                begin + Arrays.toString(words) + " in " + log.list,
                () -> log.list.stream()
                        .filter(event -> event.getLevel() == Level.WARN)
                        .map(ILoggingEvent::getFormattedMessage)
                        .anyMatch(line -> line.startsWith(begin)
                                && !line.contains("\n")
                                && Arrays.stream(words).allMatch(line::contains)));
    }

    private static void assertUnlinked(Member a, Member b) {
        assertThat(a.mesh().linked()).isEmpty();
        assertThat(b.mesh().linked()).isEmpty();
    }
}

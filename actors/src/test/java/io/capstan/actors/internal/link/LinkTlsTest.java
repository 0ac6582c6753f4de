package io.capstan.actors.internal.link;

import static io.capstan.actors.internal.link.TestMeshes.CLUSTER;
import static io.capstan.actors.internal.link.TestMeshes.NORMAL;
import static io.capstan.actors.internal.link.TestMeshes.await;
import static io.capstan.actors.internal.link.TestMeshes.awaitLinked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.ConnectFailure;
import io.capstan.actors.Failure;
import io.capstan.actors.NodeId;
import io.capstan.actors.StartFailure;
import io.capstan.actors.internal.link.TestMeshes.Member;
import io.capstan.actors.internal.tls.Authority;
import io.capstan.actors.internal.tls.NodeTls;
import io.capstan.actors.internal.tls.TlsSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A link with TLS")
@SuppressWarnings("NullAway.Init") // makeCertificates() comes first.
class LinkTlsTest {
    private static final Duration LONG = Duration.ofSeconds(15);

    @TempDir
    static Path folder;

    private static Authority authority;
    private static TlsSettings ours;
    private static TlsSettings elsewhere;
    private static TlsSettings strangers;
    private static TlsSettings expired;

    private final TestMeshes meshes = new TestMeshes();

    @BeforeAll
    static void makeCertificates() throws Exception {
        authority = new Authority(folder, "authority");
        ours = authority.signAddress("ours", "127.0.0.1");
        elsewhere = authority.signHost("elsewhere", "elsewhere.example");
        expired = authority.signExpired("expired", "127.0.0.1");
        strangers = new Authority(folder, "another").signAddress("stranger", "127.0.0.1");
    }

    @AfterEach
    void closeAll() {
        meshes.close();
    }

    @Test
    void carriesWhatALinkInTheClearCarries() {
        meshes.tls(ours).silenceMax(Duration.ofMinutes(5));
        Member a = meshes.start("a");
        Member b = meshes.start("b", a);
        Member c = meshes.start("c", a);
        awaitLinked(a, b, c);
        for (int i = 0; i < 2_000; i++) {
            String text = i + " " + "x".repeat(i % 1_000);
            await("room", () -> a.send(b, NORMAL, text));
        }
        await("all frames", () -> b.received.size() == 2_000);
        assertThat(b.received)
                .isEqualTo(IntStream.range(0, 2_000)
                        .mapToObj(i -> ("a:" + i + " " + "x".repeat(i % 1_000)).strip())
                        .toList());
    }

    @Test
    void isNotMadeWithANodeOfAnotherAuthority() {
        Member a = meshes.tls(ours).start("a");
        Member stranger = meshes.tls(strangers).start("stranger");
        // Whichever of the two calls.
        assertRefused(a, stranger);
        assertRefused(stranger, a);
    }

    @Test
    void isNotMadeThroughSomebodyWhoHasACertificateButNotTheSecret() throws Exception {
        TlsSettings stolen = authority.signAddress("stolen", "127.0.0.1");
        Member a = meshes.tls(ours).start(new Member(new NodeId("a", 1), CLUSTER, "secret"));
        Member b = meshes.start(new Member(new NodeId("b", 1), CLUSTER, "secret"));
        try (Eavesdropper between = new Eavesdropper(stolen, b.mesh().address())) {
            assertThatThrownBy(() -> a.mesh().connect(between.address(), LONG).get())
                    .cause()
                    .asInstanceOf(InstanceOfAssertFactories.type(ConnectFailure.class))
                    .satisfies(refused -> assertThat(refused.kind()).isEqualTo(ConnectFailure.Kind.REFUSED))
                    .satisfies(refused -> assertThat(refused).hasMessageContaining("somebody between the two"));
            assertThat(between.heard()).as("it did hear their greeting").isPositive();
        }
        assertThat(a.mesh().linked()).isEmpty();
        assertThat(b.mesh().linked()).isEmpty();
        // Without it there is nothing to object to, also when the two have met before.
        for (int time = 0; time < 3; time++) {
            a.mesh().connect(b.mesh().address(), LONG).get();
            a.mesh().disconnect("b");
            await("apart", () -> !a.linked(b) && !b.linked(a));
        }
    }

    @Test
    void isNotMadeWithANodeWithoutTls() {
        Member a = meshes.tls(ours).start("a");
        Member open = meshes.tls(TlsSettings.OFF).start("open");
        assertRefused(a, open, "has no TLS, which is on here");
        assertRefused(open, a, "there is TLS here");
    }

    @Test
    void isNotMadeWithANodeWhoseCertificateIsForAnotherHostUnlessNobodyMinds() throws Exception {
        Member elsewheres = meshes.tls(elsewhere).start("e");
        Member a = meshes.tls(ours).start("a");
        assertRefused(a, elsewheres);
        Member easy = meshes.tls(new TlsSettings(
                        true, ours.certificate(), ours.key(), ours.authority(), "", false, ours.checkEvery()))
                .start("easy");
        assertThat(easy.mesh()
                        .connect(elsewheres.mesh().address(), LONG)
                        .toCompletableFuture()
                        .get())
                .isEqualTo(elsewheres.id);
    }

    private static void assertRefused(Member from, Member to) {
        assertRefused(from, to, "no link to ");
    }

    private static void assertRefused(Member from, Member to, String why) {
        assertThatThrownBy(() -> from.mesh()
                        .connect(to.mesh().address(), LONG)
                        .toCompletableFuture()
                        .get())
                .cause()
                .asInstanceOf(InstanceOfAssertFactories.type(ConnectFailure.class))
                .satisfies(refused -> {
                    assertThat(refused.kind()).isEqualTo(ConnectFailure.Kind.REFUSED);
                    assertThat(refused.next()).isEqualTo(Failure.Next.DO_NOT_RETRY);
                    assertThat(refused.getMessage()).contains(why).doesNotContain("\n");
                });
        assertThat(from.mesh().linked()).isEmpty();
        assertThat(to.mesh().linked()).isEmpty();
    }

    @Test
    void isNotMadeWithANodeThatShowsTheCertificateOfAnother() throws Exception {
        Member a = meshes.tls(named("a", "a")).start("a");
        Member b = meshes.tls(named("b", "b")).start("b", a);
        awaitLinked(a, b);
        // Its own settings look away, as a thief's would.
        Member thief = meshes.tls(named("b", "")).start("c");
        assertThatThrownBy(() -> a.mesh().connect(thief.mesh().address(), LONG).get())
                .cause()
                .hasMessageContainingAll("node c has shown a certificate of node b");
        assertThatThrownBy(() -> thief.mesh().connect(a.mesh().address(), LONG).get())
                .cause()
                .hasMessageContainingAll("node c has shown a certificate of node b");
        assertThat(a.mesh().linked()).containsExactly(b.id);
        assertThat(thief.mesh().linked()).isEmpty();
    }

    /** @param node whose the certificate must be; empty: nobody looks */
    private static TlsSettings named(String certificate, String node) throws IOException {
        TlsSettings of = authority.signAddress(certificate, "127.0.0.1");
        return new TlsSettings(true, of.certificate(), of.key(), of.authority(), node, true, of.checkEvery());
    }

    @Test
    void isSetUpWithTheNodesOwnCertificateOrTheStartIsRefused() throws Exception {
        named("a", "a");
        assertBad(named("a", "b"), "tls.certificate", "CN=a", "not of node b", "verify-name");
    }

    @Test
    void isSetUpWithFilesThatAreThereOrTheStartIsRefused() {
        assertBad(with(folder.resolve("none"), ours.key()), "tls.certificate", "none", "cannot be read");
        assertBad(with(ours.certificate(), Path.of("")), "tls.key", "must be set");
    }

    @Test
    void isSetUpWithFilesThatHoldWhatTheyShouldOrTheStartIsRefused() throws Exception {
        Path text = Files.writeString(folder.resolve("text"), "hello");
        assertBad(with(text, ours.key()), "tls.certificate", "text", "no certificates");
        assertBad(with(ours.certificate(), text), "tls.key", "text", "BEGIN PRIVATE KEY");
        Path odd = Files.writeString(
                folder.resolve("odd"), "-----BEGIN PRIVATE KEY-----\nAAAAA\n-----END PRIVATE KEY-----\n");
        assertBad(with(ours.certificate(), odd), "tls.key", "odd", "neither RSA nor EC nor EdDSA");
        assertBad(with(ours.certificate(), elsewhere.key()), "tls.key", "is not the key of the certificate");
    }

    @Test
    void isSetUpWithACertificateThatTheOthersWillBelieveOrTheStartIsRefused() {
        assertBad(expired, "tls.certificate", "expired.pem", "will be refused");
        assertBad(
                new TlsSettings(
                        true, strangers.certificate(), strangers.key(), ours.authority(), "", true, ours.checkEvery()),
                "tls.certificate",
                "stranger.pem",
                "will be refused");
    }

    private static TlsSettings with(Path certificate, Path key) {
        return new TlsSettings(true, certificate, key, ours.authority(), "", true, ours.checkEvery());
    }

    private static void assertBad(TlsSettings settings, String... said) {
        assertThatThrownBy(() -> NodeTls.read(settings))
                .asInstanceOf(InstanceOfAssertFactories.type(StartFailure.class))
                .satisfies(bad -> {
                    assertThat(bad.kind()).isEqualTo(StartFailure.Kind.BAD_SETTING);
                    assertThat(bad.getMessage()).contains(said).doesNotContain("\n");
                });
    }
}

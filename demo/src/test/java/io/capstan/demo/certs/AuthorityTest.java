package io.capstan.demo.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.StartFailure;
import io.capstan.actors.internal.tls.NodeTls;
import io.capstan.actors.internal.tls.TlsSettings;
import io.capstan.demo.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("An authority of one's own")
@SuppressWarnings("NullAway.Init") // make() comes first.
class AuthorityTest {
    @TempDir
    Path folder;

    private CertificateFolder certs;
    private Authority authority;

    @BeforeEach
    void make() {
        certs = new CertificateFolder(folder.resolve("certs"));
        authority = Authority.init(certs);
    }

    @Test
    void signsWhatANodeStartsWithUnderThatNameAlone() {
        CertificateFolder a = Authority.open(certs).sign("a", List.of("127.0.0.1", "a.example"), Duration.ofDays(1));
        assertThat(NodeTls.read(settings(a, "a")).toString()).contains("CN=a");
        assertThatThrownBy(() -> NodeTls.read(settings(a, "b")))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("not of node b");
    }

    @Test
    void isBelievedByItsOwnNodesAlone() {
        CertificateFolder a = authority.sign("a", List.of("127.0.0.1"), Duration.ofDays(1));
        CertificateFolder others = new CertificateFolder(folder.resolve("others"));
        Authority.init(others);
        TlsSettings own = settings(a, "a");
        TlsSettings mixed =
                new TlsSettings(true, own.certificate(), own.key(), others.authority(), "a", true, own.checkEvery());
        assertThatThrownBy(() -> NodeTls.read(mixed)).hasMessageContaining("will be refused by the others");
    }

    @Test
    void keepsItsKeysAndItsNodesForTheirOwner() throws IOException {
        CertificateFolder a = authority.sign("a", List.of("127.0.0.1"), Duration.ofDays(1));
        assertThat(mode(certs.path())).isEqualTo("rwx------");
        assertThat(mode(certs.authorityKey())).isEqualTo("rw-------");
        assertThat(mode(a.path())).isEqualTo("rwx------");
        assertThat(mode(a.key())).isEqualTo("rw-------");
        try (var files = Files.list(a.path())) {
            assertThat(files)
                    .as("what goes to the node's machine, and no key of the authority's")
                    .containsExactlyInAnyOrder(a.authority(), a.certificate(), a.key());
        }
    }

    @Test
    void renewsANodesCertificateWithAnotherKeyAndIsNeverMadeAnew() throws IOException {
        CertificateFolder a = authority.sign("a", List.of("127.0.0.1"), Duration.ofDays(1));
        String before = Files.readString(a.key());
        authority.sign("a", List.of("127.0.0.1"), Duration.ofDays(1));
        assertThat(Files.readString(a.key())).isNotEqualTo(before);
        NodeTls.read(settings(a, "a"));
        assertThatThrownBy(() -> Authority.init(certs))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("there is an authority in");
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> authority.sign("a", List.of("no host"), Duration.ofDays(1)))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("--host");
        assertThatThrownBy(() -> authority.sign("a", List.of("127.0.0.1"), Duration.ofDays(4000)))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("--days");
        assertThatThrownBy(() -> authority.sign("../a", List.of("127.0.0.1"), Duration.ofDays(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Authority.open(new CertificateFolder(folder.resolve("none"))))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("capstan certs init");
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static TlsSettings settings(CertificateFolder of, String node) {
        return new TlsSettings(true, of.certificate(), of.key(), of.authority(), node, true, Duration.ofSeconds(5));
    }
}

package io.capstan.demo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.capstan.actors.internal.tls.NodeTls;
import io.capstan.actors.internal.tls.TlsSettings;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("capstan certs")
class CertsCommandTest {
    @TempDir
    Path folder;

    @Test
    void tellsTheSettingsThatANodeStartsWith() {
        String certs = folder.resolve("certs").toString();
        run(Capstan.OK, "certs", "init", certs);
        String told = run(Capstan.OK, "certs", "node", "shop-1", certs, "--host", "10.0.0.5,shop.example");
        assertThat(told).contains("--tls " + certs + "/shop-1");
        String block = told.lines().filter(line -> line.startsWith("  ")).collect(Collectors.joining("\n"));
        Config config = ConfigFactory.parseString(block + "\ncapstan.actors.name = shop-1")
                .withFallback(ConfigFactory.load());
        assertThat(NodeTls.read(TlsSettings.fromConfig(config)).toString()).contains("CN=shop-1");
    }

    @Test
    void refusesInOneLineWhatCannotBe() {
        String certs = folder.resolve("certs").toString();
        assertThat(run(Capstan.REFUSED, "certs", "node", "a", certs)).contains("capstan certs init");
        run(Capstan.OK, "certs", "init", certs);
        assertThat(run(Capstan.REFUSED, "certs", "init", certs)).contains("there is an authority in");
        assertThat(run(Capstan.REFUSED, "certs", "node", "no name", certs)).contains("a node's name uses");
        assertThat(run(Capstan.REFUSED, "certs", "node", "a", certs, "--days", "0"))
                .contains("--days");
        assertThat(run(Capstan.REFUSED, "certs", "node", "a", certs, "--host", "a b"))
                .contains("--host");
    }

    @Test
    void makesTokens() {
        Path file = folder.resolve("tokens");
        assertThat(run(Capstan.OK, "certs", "token", "read", file.toString()).strip())
                .hasSize(43);
        assertThat(run(Capstan.USAGE, "certs", "token", "root", file.toString()))
                .contains("READ");
    }

    /** What it prints, to either. */
    private static String run(int code, String... arguments) {
        Came came = Came.of(arguments);
        assertThat(came.code()).as(came.out() + " " + came.err()).isEqualTo(code);
        assertThat(came.err().lines().count()).isEqualTo(code == Capstan.OK ? 0 : 1);
        return code == Capstan.OK ? came.out() : came.err();
    }
}

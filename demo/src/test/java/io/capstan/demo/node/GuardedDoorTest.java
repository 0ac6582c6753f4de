package io.capstan.demo.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.capstan.actors.Failure;
import io.capstan.actors.Start;
import io.capstan.demo.UserError;
import io.capstan.demo.certs.Authority;
import io.capstan.demo.certs.CertificateFolder;
import io.capstan.demo.http.Role;
import io.capstan.demo.http.Tokens;
import io.capstan.demo.process.DoorKey;
import io.capstan.demo.process.NodeClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A door that others can reach")
@SuppressWarnings("NullAway.Init") // open() comes first.
class GuardedDoorTest {
    @TempDir
    static Path folder;

    private static CertificateFolder a;
    private static Path tokens;
    private static String looks;
    private static String uses;
    private static String rules;
    private static DemoNode node;

    @BeforeAll
    static void open() {
        CertificateFolder certs = new CertificateFolder(folder.resolve("certs"));
        a = Authority.init(certs).sign("a", List.of("127.0.0.1", "localhost"), Duration.ofDays(1));
        tokens = folder.resolve("tokens");
        looks = Tokens.add(tokens, Role.READ);
        uses = Tokens.add(tokens, Role.OPERATE);
        rules = Tokens.add(tokens, Role.ADMIN);
        node = start("a", tls().withFallback(door("0.0.0.0")).withFallback(file()));
    }

    @AfterAll
    static void close() {
        node.stop();
    }

    @Test
    void speaksHttpsWithTheNodesCertificateAndIsBelievedByWhoKnowsTheAuthority() {
        assertThat(node.ready().http()).isEqualTo("https://0.0.0.0:" + port());
        assertThat(asked(looks).get("/status").required().path("node").asText()).startsWith("a");
        NodeClient unbelieving =
                new NodeClient("a", "https://127.0.0.1:" + port(), DoorKey.of(Map.of("CAPSTAN_TOKEN", looks)));
        assertThatThrownBy(() -> unbelieving.get("/status"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("its certificate is not believed")
                .hasMessageContaining("CAPSTAN_AUTHORITY");
    }

    @Test
    void whoAsksWithoutTlsIsToldWhatToAskFor() {
        NodeClient plain =
                new NodeClient("a", "http://127.0.0.1:" + port(), DoorKey.of(Map.of("CAPSTAN_TOKEN", looks)));
        assertThatThrownBy(() -> plain.get("/status"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("ask for that");
    }

    @Test
    void letsEachRoleDoWhatItMay() {
        assertThat(status(looks, "GET", "/counters")).isEqualTo(200);
        assertThat(status(looks, "POST", "/counters/hits?by=1")).isEqualTo(403);
        assertThat(status(uses, "POST", "/counters/hits?by=1")).isEqualTo(200);
        assertThat(status(uses, "POST", "/raft/kv/snapshot")).isEqualTo(403);
        assertThat(status(rules, "POST", "/raft/kv/snapshot")).isNotIn(401, 403);
        assertThat(asked(looks).post("/counters/hits?by=1").text("error"))
                .isEqualTo("this needs a token of role operate, this one has role read");
    }

    @Test
    void refusesWhoHasNoTokenOrAnother() {
        assertThat(status("", "GET", "/status")).isEqualTo(401);
        assertThat(status("x".repeat(43), "GET", "/status")).isEqualTo(401);
        assertThat(asked("").get("/status").text("error")).contains("Authorization: Bearer", "CAPSTAN_TOKEN_FILE");
    }

    @Test
    void tellsAnybodyWhetherTheNodeLivesAndServesAndNothingElse() {
        NodeClient nobody = asked("");
        for (String path : List.of("/health/live", "/health/ready")) {
            NodeClient.Answer answer = nobody.get(path);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).hasToString("{\"ok\":true,\"reasons\":[]}");
        }
        assertThat(status("", "POST", "/health/live")).isEqualTo(401);
        assertThat(status("", "GET", "/health")).isEqualTo(401);
        assertThat(status("", "GET", "/health/live/status")).isEqualTo(401);
    }

    @Test
    void takesABrowsersPasswordForAToken() {
        String basic = Base64.getEncoder()
                .encodeToString(("anybody:" + looks).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(Doors.status(node, a, "Basic " + basic, "GET", "/status")).isEqualTo(200);
    }

    @Test
    void isNotOpenedWithoutTokensOrInTheClear() {
        assertRefused(tls().withFallback(door("0.0.0.0")), "the HTTP door", "0.0.0.0", "capstan.demo.door.tokens");
        assertRefused(
                door("0.0.0.0").withFallback(file()),
                "the HTTP door",
                "in the clear",
                "capstan.actors.allow-plain-transport");
    }

    @Test
    void onTheLoopbackAsksForTokensTooWhereThereAreSome() {
        DemoNode home = start("home", file());
        try {
            assertThat(home.ready().http()).startsWith("http://127.0.0.1:");
            NodeClient keyed = new NodeClient("home", home.ready().http(), DoorKey.of(Map.of("CAPSTAN_TOKEN", looks)));
            assertThat(keyed.get("/status").status()).isEqualTo(200);
            assertThat(new NodeClient("home", home.ready().http())
                            .get("/status")
                            .status())
                    .isEqualTo(401);
            NodeClient wrong = new NodeClient(
                    "home", home.ready().http().replace("http:", "https:"), DoorKey.of(Map.of("CAPSTAN_TOKEN", looks)));
            assertThatThrownBy(() -> wrong.get("/status"))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("no TLS is spoken there");
        } finally {
            home.stop();
        }
    }

    private static void assertRefused(Config said, String... words) {
        assertThatThrownBy(() -> start("refused", said))
                .isInstanceOf(Failure.class)
                .hasMessageContainingAll(words)
                .hasMessageNotContaining("\n");
    }

    private static DemoNode start(String name, Config more) {
        return DemoNode.start(new DemoNode.Settings(
                name,
                "127.0.0.1",
                0,
                0,
                folder.resolve("data-" + name),
                Start.bootstrap(),
                List.of(),
                "local",
                false,
                more));
    }

    private static Config tls() {
        return ConfigFactory.parseMap(Map.of(
                "capstan.actors.tls.enabled", true,
                "capstan.actors.tls.verify-name", false,
                "capstan.actors.tls.certificate", a.certificate().toString(),
                "capstan.actors.tls.key", a.key().toString(),
                "capstan.actors.tls.authority", a.authority().toString()));
    }

    private static Config door(String host) {
        return ConfigFactory.parseMap(Map.of("capstan.demo.door.hostname", host));
    }

    private static Config file() {
        return ConfigFactory.parseMap(Map.of("capstan.demo.door.tokens", tokens.toString()));
    }

    private static int port() {
        return Doors.port(node);
    }

    private static NodeClient asked(String token) {
        return new NodeClient(
                "a",
                "https://127.0.0.1:" + port(),
                DoorKey.of(Map.of(
                        "CAPSTAN_TOKEN",
                        token,
                        "CAPSTAN_AUTHORITY",
                        a.authority().toString())));
    }

    private static int status(String token, String method, String path) {
        return Doors.status(node, a, token.isEmpty() ? "" : "Bearer " + token, method, path);
    }
}

package io.capstan.demo.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.actors.Start;
import io.capstan.demo.Fuzz;
import io.capstan.demo.Json;
import io.capstan.demo.process.NodeClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A door, whatever is sent to it,")
@SuppressWarnings("NullAway.Init") // open() comes first.
class DoorFuzzTest {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);

    /** NAME stands for a name. None that writes a file where the request says. */
    private static final List<String> PATHS = List.of(
            "/status",
            "/names",
            "/names/NAME",
            "/names/NAME/ask",
            "/standbys/NAME",
            "/standbys/NAME/lock",
            "/standbys/NAME/unlock",
            "/groups",
            "/groups/NAME",
            "/groups/NAME/publish",
            "/counters",
            "/counters/NAME",
            "/kv",
            "/kv/NAME",
            "/locks",
            "/locks/NAME",
            "/holds/NAME",
            "/watch/names/NAME",
            "/watch/groups/NAME",
            "/watch/counters/NAME",
            "/watch/kv",
            "/raft",
            "/raft/NAME",
            "/raft/NAME/add",
            "/raft/NAME/transfer",
            "/raft/NAME/snapshot",
            "/panel",
            "/observe",
            "/health/live",
            "/health/ready",
            "/health/NAME",
            "/web/NAME",
            "/crunch",
            "/lab/cuts",
            "/",
            "/NAME/NAME");

    private static final List<String> NAMES = List.of(
            "x",
            "hits",
            "kv",
            "capstan-locks",
            "%00",
            "..",
            "%2E%2E%2Fetc",
            "a%2Fb",
            "%F0%9F%92%A9",
            "%FF%FE",
            "%0A",
            "1",
            "9223372036854775807",
            "-1",
            "n".repeat(300),
            "n".repeat(3_000),
            "%3Cscript%3E");

    private static final List<String> PARAMETERS = List.of(
            "ttl_ms",
            "wait_ms",
            "note",
            "token",
            "by",
            "top",
            "from",
            "limit",
            "prefix",
            "expected",
            "stale",
            "node",
            "after",
            "session",
            "names",
            "rows",
            "operation",
            "NAME");

    /** Waits are short: a door that waits because it was told to does not hang. */
    private static final List<String> VALUES = List.of(
            "",
            "0",
            "1",
            "-1",
            "x",
            "1e9",
            "99999999999999999999",
            "-9223372036854775808",
            "%00",
            "true",
            "NAME",
            "v".repeat(2_000));

    private static final List<String> BODIES = List.of(
            "",
            "{}",
            "[]",
            "null",
            "0",
            "\"\"",
            "{",
            "[".repeat(50_000),
            "{\"a\":".repeat(20_000),
            "1e999999999",
            "\u0000",
            "x".repeat(200_000),
            "{\"if\":[{}],\"then\":[{\"put\":{}}],\"else\":7}",
            "{\"cuts\":[[\"a\",\"b\"]]}",
            "{\"file\":\"nowhere\",\"field\":-1}",
            "[{\"counter\":1,\"by\":\"x\"}]",
            "{\"operation\":\"o\",\"deltas\":{\"c\":99999999999999999999}}",
            "cut a|b");

    @TempDir
    static Path directory;

    private static DemoNode node;

    private final Fuzz fuzz = new Fuzz("door");
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(ANSWER_MAX).build();

    @BeforeAll
    static void open() {
        node = DemoNode.start(new DemoNode.Settings(
                "a", "127.0.0.1", 0, 0, directory.resolve("a"), Start.bootstrap(), List.of("a"), "local", true));
    }

    @AfterAll
    static void close() {
        node.stop();
    }

    @Test
    void servesOrRefusesInItsOwnWordsAndGoesOnServing() {
        fuzz.run(() -> {
            if (fuzz.random().nextInt(8) == 0) {
                sendBytes();
            } else {
                ask();
            }
        });
        NodeClient.Answer after = new NodeClient("a", node.ready().http()).get("/status");
        assertThat(after.required().path("node").asText()).isEqualTo("a");
        System.gc();
        Runtime memory = Runtime.getRuntime();
        assertThat(memory.totalMemory() - memory.freeMemory())
                .as("bytes of memory that are kept")
                .isLessThan(400L << 20);
    }

    /** A connection that is closed over bytes unread is reset: of a hundred such refusals, one or two were lost with it. */
    @Test
    void tellsWhomItRefusesBeforeAllOfHimIsRead() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(node.ready().http() + "/panel"))
                .timeout(ANSWER_MAX)
                .method("PATCH", BodyPublishers.ofByteArray(new byte[100_000]))
                .build();
        for (int round = 0; round < 600; round++) {
            assertThat(http.send(request, BodyHandlers.discarding()).statusCode())
                    .as("round %d", round)
                    .isEqualTo(405);
        }
    }

    private void ask() throws Exception {
        String path = named(fuzz.one(PATHS));
        StringBuilder query = new StringBuilder();
        for (int some = fuzz.random().nextInt(4); some > 0; some--) {
            query.append(query.isEmpty() ? "?" : "&")
                    .append(named(fuzz.one(PARAMETERS)))
                    .append('=')
                    .append(named(fuzz.one(VALUES)));
        }
        String method = fuzz.one(List.of("GET", "POST", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS", "NONSENSE"));
        HttpRequest request = HttpRequest.newBuilder(URI.create(node.ready().http() + path + query))
                .timeout(ANSWER_MAX)
                .method(method, BodyPublishers.ofByteArray(body()))
                .build();
        // Some answers never end: of those the beginning is enough.
        Optional<HttpResponse<InputStream>> answered = Fuzz.answer(http, request);
        if (answered.isEmpty()) {
            return;
        }
        HttpResponse<InputStream> answer = answered.get();
        try (InputStream in = answer.body()) {
            if (answer.statusCode() >= 500
                    && answer.statusCode() != 503
                    && answer.statusCode() != 504
                    && answer.statusCode() != 501) {
                throw new AssertionError(method + " " + path + query + ": " + answer.statusCode() + " "
                        + new String(in.readNBytes(2_000), StandardCharsets.UTF_8));
            }
            boolean refusal = answer.statusCode() >= 400 && !method.equals("HEAD");
            if (refusal
                    && answer.headers().firstValue("content-type").orElse("").contains("json")) {
                JsonNode told = Json.MAPPER.readTree(in.readAllBytes());
                // A node that is not ready yet says so in a probe's words.
                boolean probe = path.startsWith("/health/") && answer.statusCode() == 503;
                assertThat(
                                probe
                                        ? told.path("reasons").path(0).asText()
                                        : told.path("error").asText())
                        .as(method + " " + path + query)
                        .isNotEmpty();
            }
        }
    }

    private byte[] body() {
        if (fuzz.random().nextInt(4) == 0) {
            byte[] any = new byte[fuzz.random().nextInt(4_000)];
            fuzz.random().nextBytes(any);
            return any;
        }
        return fuzz.one(BODIES).getBytes(StandardCharsets.UTF_8);
    }

    private String named(String text) {
        return text.replace("NAME", fuzz.one(NAMES));
    }

    /** What is no HTTP, or hardly. */
    private void sendBytes() throws IOException {
        byte[] any = new byte[1 + fuzz.random().nextInt(2_000)];
        fuzz.random().nextBytes(any);
        String begin = fuzz.one(List.of(
                "",
                "GET / HTTP/1.1\r\n",
                "GET /status HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ",
                "POST /kv HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n",
                "POST /kv HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "\u0016\u0003\u0001"));
        try (Socket caller = new Socket(InetAddress.getLoopbackAddress(), Doors.port(node))) {
            caller.getOutputStream().write(begin.getBytes(StandardCharsets.ISO_8859_1));
            caller.getOutputStream().write(any);
        } catch (java.net.SocketException closedAtOnce) {
            // As good an answer as any.
        }
    }
}

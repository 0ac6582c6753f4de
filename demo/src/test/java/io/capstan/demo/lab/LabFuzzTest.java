package io.capstan.demo.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.demo.Fuzz;
import io.capstan.demo.process.LocalCluster;
import io.capstan.demo.story.Story;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("The lab's door, whatever is sent to it,")
@Timeout(1_800)
class LabFuzzTest {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(60);

    private static final List<String> PATHS = List.of(
            "/",
            "/web/lab.js",
            "/web/../../x",
            "/source/..%2F..%2Fetc%2Fpasswd",
            "/source/x.java",
            "/api/events",
            "/api/story",
            "/api/timeline",
            "/api/faults",
            "/api/junit",
            "/api/flap",
            "/api/act",
            "/api/nonsense");

    private static final List<String> PARAMETERS =
            List.of("node", "do", "name", "value", "pause_ms", "links", "from", "prefix", "names", "\u0000");

    /** No "play" and no "next": the story is told elsewhere, and ends processes. */
    private static final List<String> VALUES = List.of(
            "a",
            "b",
            "z",
            "",
            "stop",
            "register",
            "unregister",
            "join",
            "leave",
            "count",
            "release",
            "write",
            "1",
            "-1",
            "-5",
            "99999999999999999999",
            "..",
            "%",
            "\u0000",
            "\n",
            "a|b",
            "a|a",
            "a\"b\\u000a",
            "\ud83d",
            "x".repeat(4_000));

    private static final List<String> FAULTS = List.of(
            "",
            "cut a|b",
            "cut a>c",
            "heal",
            "heal a|b",
            "cut a|zzz",
            "kill nobody",
            "cut",
            "wait -5s",
            "wait 99999999999999h",
            "after 1e9s: heal",
            "cut a|b;".repeat(60),
            "\u0000",
            "{}",
            "heal; ".repeat(40_000),
            "(".repeat(10_000),
            "\ud83d\udca9");

    private final Fuzz fuzz = new Fuzz("lab");
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(ANSWER_MAX).build();

    @Test
    void servesOrRefusesInItsOwnWordsAndGoesOnServing() throws Exception {
        try (LocalCluster cluster = LocalCluster.start(Story.NODES);
                Lab lab = Lab.over(cluster, 0)) {
            fuzz.run(() -> ask(lab));
            HttpRequest heal = HttpRequest.newBuilder(URI.create(lab.address() + "/api/faults"))
                    .timeout(ANSWER_MAX)
                    .header(LabDoor.TOKEN, lab.token())
                    .POST(BodyPublishers.ofString("heal"))
                    .build();
            assertThat(http.send(heal, BodyHandlers.ofString()).body()).startsWith("{\"cuts\":[]}");
            assertThat(cluster.members()).allMatch(member -> member.process().isAlive());
        }
    }

    private void ask(Lab lab) throws Exception {
        StringBuilder target = new StringBuilder(lab.address() + fuzz.one(PATHS));
        for (int some = fuzz.random().nextInt(5), i = 0; i < some; i++) {
            target.append(i == 0 ? '?' : '&')
                    .append(URLEncoder.encode(fuzz.one(PARAMETERS), StandardCharsets.UTF_8))
                    .append('=')
                    .append(URLEncoder.encode(fuzz.one(VALUES), StandardCharsets.UTF_8));
        }
        String method = fuzz.one(List.of("GET", "POST", "POST", "POST", "DELETE", "NONSENSE"));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(target.toString()))
                .timeout(ANSWER_MAX)
                .method(method, BodyPublishers.ofString(fuzz.one(FAULTS)));
        if (fuzz.random().nextInt(8) > 0) {
            request.header(LabDoor.TOKEN, lab.token());
        }
        Optional<HttpResponse<InputStream>> answered = Fuzz.answer(http, request.build());
        if (answered.isEmpty()) {
            return;
        }
        HttpResponse<InputStream> answer = answered.get();
        try (InputStream in = answer.body()) {
            // Of what never ends the beginning is enough.
            if (answer.statusCode() == 500) {
                throw new AssertionError(
                        method + " " + target + ": " + new String(in.readNBytes(2_000), StandardCharsets.UTF_8));
            }
        }
    }
}

package io.capstan.demo.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.demo.crunch.Job;
import io.capstan.demo.crunch.Ranking;
import io.capstan.demo.crunch.ResultFile;
import io.capstan.demo.crunch.Value;
import io.capstan.demo.process.CrunchRun;
import io.capstan.demo.process.LocalCluster;
import io.capstan.demo.process.NodeClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("On three processes")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LiveClusterTest {
    @TempDir
    Path folder;

    private LocalCluster cluster;

    @BeforeAll
    void start() {
        cluster = LocalCluster.start(List.of("a", "b", "c"));
    }

    @AfterAll
    void stop() {
        cluster.close();
        assertThat(cluster.members()).noneMatch(member -> member.process().isAlive());
    }

    @Test
    @DisplayName("every step of the story is observed, and crunch counts every line once before and after it")
    void theStoryAndCrunch() throws IOException {
        countsEveryLineOnce("before");

        List<Step> steps = new ArrayList<>();
        Story.Verdict verdict = Story.play(cluster, Story.STEPS, steps::add);

        assertThat(steps).allMatch(Step::ok).hasSize(Story.STEPS);
        assertThat(verdict.passed()).isTrue();

        countsEveryLineOnce("after");
    }

    @Test
    @DisplayName("a door refuses what it does not know as it refuses all else: as JSON, with the next move")
    void whatADoorDoesNotKnow() {
        NodeClient a = cluster.member("a").client();
        NodeClient.Answer unknown = a.get("/nothing");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.text("error")).contains("GET /nothing").contains("/names");
        assertThat(unknown.text("next")).isEqualTo("DO_NOT_RETRY");
        NodeClient.Answer wrongly = a.delete("/status");
        assertThat(wrongly.status()).isEqualTo(405);
        assertThat(wrongly.text("next")).isEqualTo("DO_NOT_RETRY");
    }

    private void countsEveryLineOnce(String id) throws IOException {
        Path input = folder.resolve(id + ".input");
        Path result = folder.resolve(id + ".result");
        Map<Value, Long> expected = write(input);

        CrunchRun.Outcome outcome = CrunchRun.play(
                cluster,
                new Job(id, List.of(input.toString()), 2, 3, result.toString()),
                (done, all) -> {},
                killed -> {});

        ResultFile written = ResultFile.read(result);
        assertThat(written.ranking()).isEqualTo(Ranking.of(expected));
        assertThat(written.header().token()).isEqualTo(outcome.token()).isNotEmpty();
        assertThat(outcome.publisher()).isNotEqualTo(outcome.coordinator());
        assertThat(outcome.lines().values()).hasSize(3).allMatch(lines -> lines > 0);
    }

    /**
     * Some 6,000 lines, their second field drawn from few short values, many rare ones, and long ones that no single
     * message could carry together; one of them no message could carry alone.
     */
    private static Map<Value, Long> write(Path file) throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        Map<Value, Long> counts = new HashMap<>();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 6_000; i++) {
            String drawn = switch (random.nextInt(4)) {
                case 0 -> "";
                case 1 -> "rare" + random.nextInt(2_000);
                case 2 -> random.nextInt(1_500) + "x".repeat(300);
                default -> "often" + random.nextInt(3);
            };
            String value = i == 42 ? "x".repeat(400_000) : drawn;
            text.append("line ").append(value).append('\n');
            counts.merge(new Value(value.getBytes(StandardCharsets.UTF_8)), 1L, Long::sum);
        }
        Files.writeString(file, text);
        return counts;
    }
}

package io.capstan.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.bench.QuickChildren;
import io.capstan.demo.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import picocli.CommandLine;

/** What is measured happens, however long it takes. */
@ExtendWith(QuickChildren.class)
class BenchCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... words) {
        return new CommandLine(new BenchCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(words);
    }

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void oursAndAPeerTakeTurnsAndEachFigureIsALine() throws Exception {
        int exit = run("actors --with capstan,pekko --rounds 2 --seconds 0.05 --warm-up 0.05 --json".split(" ", -1));

        assertThat(exit).as(err.toString()).isZero();
        List<String> asks = new ArrayList<>();
        for (String line : out.toString().lines().toList()) {
            JsonNode figure = Json.MAPPER.readTree(line);
            assertThat(figure.size()).as(line).isEqualTo(8);
            assertThat(figure.path("bench").asText()).isEqualTo("actors");
            assertThat(figure.path("rounds").asInt()).as(line).isEqualTo(2);
            assertThat(figure.path("min").asDouble())
                    .isLessThanOrEqualTo(figure.path("value").asDouble());
            if (figure.path("metric").asText().equals("asks_per_s_64_clients")) {
                assertThat(figure.path("value").asDouble()).isPositive();
                asks.add(figure.path("system").asText());
            }
        }
        assertThat(asks).containsExactlyInAnyOrder("capstan", "pekko");
        assertThat(out.toString()).doesNotContain("failed");
        List<String> turns = err.toString()
                .lines()
                .filter(line -> line.contains("asks_per_s_64_clients"))
                .map(line -> line.split(" ", -1)[1])
                .toList();
        assertThat(turns).hasSize(4);
        assertThat(turns.subList(0, 2)).containsExactly("capstan", "pekko");
        assertThat(turns.subList(2, 4)).containsExactly("pekko", "capstan");
    }

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void aGroupOfThreeIsWrittenToAndReadFromBothPlaces() throws Exception {
        int exit = run("raft reads --with capstan --rounds 1 --seconds 0.05 --warm-up 0.01 --json".split(" ", -1));

        assertThat(exit).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains(
                        "writes_per_s_pipelined\"",
                        "writes_per_s_pipelined_own_process\"",
                        "write_p50_1_client\"",
                        "reads_per_s_64_clients\"",
                        "lease_reads_per_s_64_clients_own_process\"",
                        "stale_reads_per_s_64_clients\"")
                .doesNotContain("failed");
    }

    @Test
    void whatThereIsNotIsRefusedInOneLine() {
        assertThat(run("speed")).isNotZero();
        assertThat(err.toString()).contains("there is no bench \"speed\"");
        assertThat(run("raft", "--with", "raft-in-a-shell-script")).isNotZero();
        assertThat(err.toString()).contains("there is no system \"raft-in-a-shell-script\"");
        assertThat(run("raft", "--rounds", "0")).isNotZero();
        assertThat(err.toString()).contains("--rounds is 1 to 1000, got 0");
    }
}

package io.capstan.bench.compare.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {
    @TempDir
    Path directory;

    private static List<Figure> found(String bench, String system, double... values) {
        Figures figures = new Figures();
        for (double value : values) {
            figures.add(bench, "writes_per_s", system, value, "1/s");
        }
        return figures.all();
    }

    @Test
    void aFigureIsTheMedianOfItsRoundsWithTheLowestAndTheHighest() {
        assertThat(found("raft", "capstan", 3, 123_456, 1, 2))
                .containsExactly(new Figure("raft", "writes_per_s", "capstan", 2.5, 1, 123_500, "1/s", 4));
    }

    @Test
    void whatWasNotFoundIsNoFigure() {
        assertThat(found("raft", "capstan", Double.NaN, Double.POSITIVE_INFINITY))
                .isEmpty();
    }

    @Test
    void ofEachBenchTheLastRunIsKept() throws Exception {
        Results.write(directory, found("raft", "jraft", 111), List.of("jraft: as it comes"), "2 rounds");
        Results.write(directory, found("locks", "zookeeper", 222), List.of(), "3 rounds");
        Results.write(directory, found("raft", "capstan", 333, 334), List.of("<b>"), "4 rounds");

        assertThat(Files.readString(directory.resolve("RESULTS.md")))
                .contains("| writes_per_s, 1/s | 334 (333–334) |", "| writes_per_s, 1/s | 222 |", "4 rounds")
                .doesNotContain("111", "as it comes", "2 rounds");
        assertThat(Files.readString(directory.resolve("RESULTS.html")))
                .contains("<svg", "&lt;b&gt;", "zookeeper")
                .doesNotContain("<b>", "jraft");
        assertThat(Files.readAllLines(directory.resolve("RESULTS.jsonl"))).hasSize(2);
    }
}

package io.capstan.bench.compare.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

    @Test
    void oursIsHeldAgainstTheBestOther() {
        List<Figure> figures = new ArrayList<>();
        figures.addAll(found("raft", "capstan", 30));
        figures.addAll(found("raft", "jraft", 10));
        figures.addAll(found("raft", "zookeeper", 20));
        assertThat(Results.tables(figures))
                .contains("| raft | capstan | jraft | zookeeper | ours to the best other's |", "| 20.0 | 1.50 |");
        Figure ours = new Figure("raft", "write_p50", "capstan", 2, 2, 2, "us", 1);
        Figure theirs = new Figure("raft", "write_p50", "jraft", 4, 4, 4, "us", 1);
        Figure slow = new Figure("raft", "write_p50", "zookeeper", 8, 8, 8, "us", 1);
        assertThat(Results.tables(List.of(ours, theirs, slow))).contains("| 8.00 | 0.50 |");
        assertThat(Results.tables(List.of(ours)))
                .contains("| raft | capstan |\n|---|---|\n")
                .doesNotContain("best");
    }

    @Test
    void figuresAtPointsOfAnAxisAreOneCurve() throws Exception {
        List<Figure> figures = new ArrayList<>(found("raft", "capstan", 30));
        for (int at : new int[] {1, 10, 100}) {
            figures.add(new Figure(
                    "raft", "writes_per_s_at_" + at + "_groups", "capstan", 1_000 - at, 800, 1_000, "1/s", 3));
        }
        Results.write(directory, figures, List.of(), "3 rounds");
        String page = Files.readString(directory.resolve("RESULTS.html"));
        assertThat(page)
                .containsOnlyOnce("writes per s by groups, 1/s</figcaption>")
                .containsOnlyOnce("<polyline")
                .contains("<title>10: 990", ">100</text>")
                .doesNotContain("at 10 groups");
        assertThat(page.split("<figure>", -1)).as("a plot of bars, and a curve").hasSize(3);
    }
}

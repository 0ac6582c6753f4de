package io.capstan.bench.torture.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.bench.torture.record.Event;
import io.capstan.bench.torture.record.Recorded;
import io.capstan.bench.torture.workload.Workloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Judges prove themselves on histories written by hand, one file each: {@code good-…} is accepted, {@code bad-…} is not, for
 * the reason that stands in the file.
 */
class JudgesTest {
    private static final Path HISTORIES = Path.of("src/test/resources/histories");

    @TestFactory
    Stream<DynamicTest> everyHistoryIsJudgedAsItsNameSays() throws IOException {
        return files(HISTORIES).stream()
                .map(file -> DynamicTest.dynamicTest(HISTORIES.relativize(file).toString(), () -> judge(file)));
    }

    @Test
    void everyWorkloadHasHistoriesThatAreGoodAndHistoriesThatAreBad() throws IOException {
        List<Path> files = files(HISTORIES);
        for (String workload : Workloads.names()) {
            for (String kind : List.of("good-", "bad-")) {
                assertThat(files)
                        .as(workload)
                        .anyMatch(file -> file.startsWith(HISTORIES.resolve(workload))
                                && file.getFileName().toString().startsWith(kind));
            }
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static void judge(Path file) throws IOException {
        Recorded recorded = Recorded.read(file);
        String workload = recorded.about().orElseThrow().path("workload").asText();
        List<String> violations =
                Judgement.violations(Workloads.of(workload).orElseThrow().judge(), recorded);
        String expected = recorded.remarks("expect")
                .map(Event::value)
                .map(value -> value == null ? "" : value.asText())
                .findFirst()
                .orElse("");
        if (file.getFileName().toString().startsWith("good-")) {
            assertThat(violations).isEmpty();
        } else {
            assertThat(violations).anyMatch(line -> line.contains(expected));
            assertThat(expected).isNotEmpty();
        }
    }
}

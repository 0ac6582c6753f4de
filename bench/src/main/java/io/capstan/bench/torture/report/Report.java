package io.capstan.bench.torture.report;

import io.capstan.bench.torture.Outcome;
import io.capstan.bench.torture.record.Recorded;
import io.capstan.demo.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a run leaves behind, beside its history: {@code report.json} and {@code report.html}. */
public final class Report {
    private Report() {}

    /** Writes both into a directory. */
    public static void write(Outcome outcome, Path directory) throws IOException {
        Json.MAPPER
                .writerWithDefaultPrettyPrinter()
                .writeValue(directory.resolve("report.json").toFile(), outcome);
        Files.writeString(
                directory.resolve("report.html"),
                Html.page(outcome, Timeline.of(outcome, Recorded.read(Path.of(outcome.history())))));
    }
}

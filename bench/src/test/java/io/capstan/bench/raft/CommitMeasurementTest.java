package io.capstan.bench.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.bench.QuickChildren;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is measured happens, however long it takes. */
@ExtendWith(QuickChildren.class)
class CommitMeasurementTest {
    @TempDir
    Path directory;

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void everyFigureIsMeasuredToItsEnd() throws Exception {
        List<String> told = CommitMeasurement.measure(directory, 0.05, 1, 1);

        assertThat(told).hasSize(10).noneMatch(line -> line.contains("NaN"));
        assertThat(told.get(1)).startsWith("round 1: a write p50");
        assertThat(told.get(9)).startsWith("2,500 in flight").endsWith(" 0 failed");
    }
}

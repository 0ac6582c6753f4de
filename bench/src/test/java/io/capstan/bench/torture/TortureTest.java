package io.capstan.bench.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.bench.QuickChildren;
import io.capstan.bench.torture.record.Recorded;
import io.capstan.bench.torture.report.Report;
import io.capstan.bench.torture.workload.Workloads;
import io.capstan.testkit.Faults;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A short one for every build, on both sides of CAP; {@code capstan torture} runs long ones. */
@ExtendWith(QuickChildren.class)
class TortureTest {
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path directory;

    @ParameterizedTest
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    @CsvSource(
            delimiterString = "->",
            value = {
                "mutex -> kill leader; wait 1s",
                "counters -> pause one 3s; wait 1s; kill one; wait 2s",
            })
    void nothingThatClientsAreToldIsWrongAndAllAreServedAgainAfterEachFault(String workload, String faults)
            throws Exception {
        long seed = Long.getLong("torture.seed", System.nanoTime());
        Plan plan = new Plan(
                workload,
                3,
                Duration.ofSeconds(1),
                seed,
                Optional.of(Faults.parse(faults)),
                2,
                Duration.ofSeconds(90),
                directory,
                System.getProperty("java.class.path"));

        try (TortureRun run = new TortureRun(plan, TortureTest::print)) {
            Outcome outcome = run.run();
            Report.write(outcome, directory);

            assertThat(outcome.violations()).as("-Dtorture.seed=" + seed).isEmpty();
            assertThat(outcome.ok()).isGreaterThan(20);
            assertThat(outcome.episodes()).isNotEmpty().allMatch(each -> each.recoveryMillis() >= 0);
            assertThat(Workloads.of(workload)
                            .orElseThrow()
                            .judge()
                            .violations(Recorded.read(Path.of(outcome.history()))))
                    .as("judged again, from the file")
                    .isEmpty();
            assertThat(Files.readString(directory.resolve("report.html"))).contains("<svg", "passed");
        }
    }

    private static void print(String line) {
        System.out.println(line);
    }
}

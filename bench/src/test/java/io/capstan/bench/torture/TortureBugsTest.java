package io.capstan.bench.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.bench.torture.workload.Workloads;
import io.capstan.testkit.Faults;
import io.capstan.testkit.sim.KnownBugs;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bugs that are put back into a copy of what the nodes run: each workload has to notice one. No build puts one back yet; {@code
 * -Dtorture.bugs=all} all of them, {@code -Dtorture.bugs=register,lists} others.
 */
class TortureBugsTest {
    private static final Path CATALOGUE = Path.of("src/test/resources/bugs/torture.txt");
    private static final List<String> WANTED =
            List.of(System.getProperty("torture.bugs", "none").split(",", -1));

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path directory;

    private static KnownBugs known() throws Exception {
        return KnownBugs.read(CATALOGUE, Path.of(".."), TortureRun.class, TortureBugsTest.class, "io.capstan.");
    }

    @Test
    void everyWorkloadHasABugToNotice() throws Exception {
        assertThat(known().all()).extracting(KnownBugs.Bug::number).containsExactlyElementsOf(Workloads.names());
    }

    @TestFactory
    Stream<DynamicTest> whatIsPutBackIsNoticedByItsWorkload() throws Exception {
        KnownBugs known = known();
        return known.all().stream()
                .filter(bug -> WANTED.contains("all") || WANTED.contains(bug.number()))
                .map(bug -> DynamicTest.dynamicTest(bug.number() + ": " + bug.name(), () -> isNoticed(known, bug)));
    }

    private void isNoticed(KnownBugs known, KnownBugs.Bug bug) throws Exception {
        Path own = Files.createDirectory(directory.resolve(bug.number()));
        Path patched = known.compiled(bug, own);
        Plan plan = new Plan(
                bug.number(),
                3,
                Duration.ofSeconds(20),
                7,
                Optional.of(Faults.parse(bug.faults())),
                3,
                Duration.ofSeconds(60),
                own,
                patched + File.pathSeparator + System.getProperty("java.class.path"));
        try (TortureRun run = new TortureRun(plan, TortureBugsTest::print)) {
            Outcome outcome = run.run();

            System.out.println(bug.number() + ": " + outcome.violations());
            assertThat(outcome.violations()).as(bug.name()).isNotEmpty();
            assertThat(outcome.ok()).as("that it ran at all").isPositive();
        }
    }

    private static void print(String line) {
        System.out.println(line);
    }
}

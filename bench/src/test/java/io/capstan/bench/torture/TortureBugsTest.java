package io.capstan.bench.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.capstan.bench.torture.judge.Judge;
import io.capstan.bench.torture.judge.Judgement;
import io.capstan.bench.torture.record.Event;
import io.capstan.bench.torture.record.Recorded;
import io.capstan.bench.torture.workload.Workloads;
import io.capstan.demo.Json;
import io.capstan.demo.UserError;
import io.capstan.testkit.Faults;
import io.capstan.testkit.sim.KnownBugs;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
 * -Dtorture.bugs=all} puts back all, {@code quick} the quick ones, {@code register,lists} those. With {@code
 * -Dtorture.bugs.none=true} the same is played without any bug, and nothing must be noticed.
 */
class TortureBugsTest {
    private static final Path CATALOGUE = Path.of("src/test/resources/bugs/torture.txt");
    private static final List<String> WANTED =
            List.of(System.getProperty("torture.bugs", "none").split(",", -1));
    private static final boolean NONE = Boolean.getBoolean("torture.bugs.none");
    private static final long SEED = Long.getLong("torture.seed", 7);

    /** Of load, which goes on to the end of the last fault. */
    private static final Duration QUICK = Duration.ofSeconds(1);

    /** Some bugs leave a cluster that serves nobody any more, and how that is judged need not wait for it for long. */
    private static final Duration RECOVERY = Duration.ofSeconds(NONE ? 90 : 30);

    private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("torture.bugs.seconds", 30));

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
                .filter(bug -> WANTED.contains("all")
                        || WANTED.contains(bug.number())
                        || (WANTED.contains("quick") && bug.quick()))
                .map(bug -> DynamicTest.dynamicTest(bug.number() + ": " + bug.name(), () -> isNoticed(known, bug)));
    }

    private void isNoticed(KnownBugs known, KnownBugs.Bug bug) throws Exception {
        Path own = Files.createDirectory(directory.resolve(bug.number()));
        String stands = System.getProperty("java.class.path");
        Plan plan = new Plan(
                bug.number(),
                3,
                bug.quick() ? QUICK : LENGTH,
                SEED,
                Optional.of(Faults.parse(bug.faults())),
                3,
                RECOVERY,
                own,
                NONE ? stands : known.compiled(bug, own) + File.pathSeparator + stands);
        try (TortureRun run = new TortureRun(plan, TortureBugsTest::print)) {
            Outcome outcome = played(run);

            print(bug.number() + ": " + outcome.faults() + " faults, " + outcome.operations() + " operations in "
                    + outcome.millis() + " ms; " + noticed(bug.number(), Path.of(outcome.history())) + "; "
                    + outcome.violations());
            assertThat(outcome.ok()).as("that it ran at all").isPositive();
            if (NONE) {
                assertThat(outcome.violations()).isEmpty();
            } else {
                // A busy machine may be slow to serve.
                assertThat(outcome.violations()).as(bug.name()).anyMatch(line -> !line.startsWith("not served"));
            }
        }
    }

    /** What this machine cannot do, another can. */
    private static Outcome played(TortureRun run) throws IOException, InterruptedException {
        try {
            return run.run();
        } catch (UserError refused) {
            assumeTrue(run.missing().isEmpty(), refused.getMessage());
            throw refused;
        }
    }

    /** After how long a judge who had listened all the time would have said so. */
    private static String noticed(String workload, Path history) throws IOException {
        List<Event> events = new ArrayList<>();
        for (String line : Files.readAllLines(history)) {
            events.add(Json.MAPPER.readValue(line, Event.class));
        }
        int good = 0;
        int bad = events.size() + 1;
        while (bad - good > 1) {
            int middle = (good + bad) / 2;
            boolean isBad = middle > events.size()
                    || !violations(workload, events.subList(0, middle)).isEmpty();
            good = isBad ? good : middle;
            bad = isBad ? middle : bad;
        }
        long begun = events.stream()
                .filter(event -> event.type() == Event.Type.INVOKE)
                .mapToLong(Event::time)
                .findFirst()
                .orElse(0);
        return bad > events.size()
                ? "no judge noticed"
                : "noticed " + (events.get(bad - 1).time() - begun) / 1_000_000 + " ms after the first request";
    }

    private static List<String> violations(String workload, List<Event> events) {
        Judge judge = Workloads.of(workload).orElseThrow().judge();
        return Judgement.violations(judge, Recorded.of(events));
    }

    private static void print(String line) {
        System.out.println(line);
    }
}

package io.capstan.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.testkit.sim.KnownBugs;
import io.capstan.testkit.sim.KnownBugs.Bug;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Puts known bugs back, one at a time, into a copy of the core's source, and demands that simulation, traces or
 * specifications notice. Every build takes all, and simulates with a few; {@code -Dbugs=true} simulates with all,
 * {@code -Dbugs=read} with those that have that word in their names, {@code -Dbugs.seeds=N} at most N seeds each. What
 * noticed: rows of a table in {@code target/bugs.md}.
 */
class PutBackTest {
    private static final Path RESULTS = Path.of("target/bugs.md");
    private static final String WANTED = System.getProperty("bugs", "");
    private static final int SEEDS_MAX = Integer.getInteger("bugs.seeds", WANTED.isEmpty() ? 200 : 4_000);

    /** By turns one of each scenario. */
    private static final int CONTROL_SEEDS = 5;

    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> everyBugThatIsPutBackIsCaught() throws IOException {
        Files.deleteIfExists(RESULTS);
        KnownBugs known = KnownBugs.read(
                Path.of("src/test/resources/bugs/catalogue.txt"),
                Path.of("src/main/java/io/capstan/raft/core"),
                RaftCore.class,
                PutBackTest.class,
                "io.capstan.raft."); // All of it: the log of production speaks the core's language.
        List<Bug> bugs = known.all().stream().filter(PutBackTest::isWanted).toList();
        assertThat(bugs).as("bugs named like " + WANTED).isNotEmpty();
        Bug none = known.none("RaftCore.java");
        DynamicTest control = DynamicTest.dynamicTest(
                "nobody notices a bug that is none",
                () -> assertThat(row(known, none, folder, CONTROL_SEEDS)).contains("| – | – |"));
        return Stream.concat(
                Stream.of(control),
                bugs.stream()
                        .map(bug -> DynamicTest.dynamicTest(
                                bug.number() + " " + bug.name(),
                                () -> assertThat(row(known, bug, folder, seeds(bug)))
                                        .as(bug.name())
                                        .doesNotContain("| – | – |"))));
    }

    private static boolean isWanted(Bug bug) {
        return WANTED.isEmpty() || WANTED.equals("true") || bug.name().contains(WANTED);
    }

    private static int seeds(Bug bug) {
        return WANTED.isEmpty() && !bug.quick() ? 0 : SEEDS_MAX;
    }

    /** Runs everything with the bug in it: {@code | 12 | name | first seed | trace or specification |}. */
    private static String row(KnownBugs known, Bug bug, Path folder, int seeds) throws Exception {
        KnownBugs.Patched patched = known.putBack(bug, folder);
        String told = patched.ask("GoldenTraceTest", "firstDifference");
        String specified = told.isEmpty() ? patched.ask("Specifications", "firstFailure") : "";
        String simulated = patched.ask("SimulationTest", "firstFailure", seeds);
        String row = "| " + bug.number() + " | " + bug.name() + " | " + simulated + " | "
                + (told.isEmpty() ? specified.isEmpty() ? "–" : specified : told) + " |";
        Files.writeString(RESULTS, row + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return row;
    }
}

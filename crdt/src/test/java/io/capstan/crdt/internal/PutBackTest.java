package io.capstan.crdt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.crdt.core.Table;
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
 * Puts known bugs back, one at a time, into a copy of the source, and demands that simulations, traces or specifications
 * notice. Every build takes a few, and is content with the first that notices; {@code -Dbugs=true} takes all, {@code
 * -Dbugs=retry} those with that word in their names, {@code -Dbugs.seeds=N} simulates at most N seeds each. What noticed:
 * rows of a table in {@code target/bugs.md}.
 */
class PutBackTest {
    private static final Path RESULTS = Path.of("target/bugs.md");
    private static final String WANTED = System.getProperty("bugs", "");
    private static final int SEEDS_MAX = Integer.getInteger("bugs.seeds", WANTED.isEmpty() ? 20 : 400);
    private static final int CONTROL_SEEDS = 1;

    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> everyBugThatIsPutBackIsCaught() throws IOException {
        Files.deleteIfExists(RESULTS);
        KnownBugs known = KnownBugs.read(
                Path.of("src/test/resources/bugs/catalogue.txt"),
                Path.of("src/main/java/io/capstan/crdt"),
                Table.class,
                PutBackTest.class,
                "io.capstan.crdt.");
        List<Bug> bugs = known.all().stream().filter(PutBackTest::isWanted).toList();
        assertThat(bugs).as("bugs named like " + WANTED).isNotEmpty();
        Bug none = known.none("core/Table.java");
        DynamicTest control = DynamicTest.dynamicTest(
                "nobody notices a bug that is none",
                () -> assertThat(row(known, none, folder, CONTROL_SEEDS)).contains("| – | – | – | – |"));
        return Stream.concat(
                Stream.of(control),
                bugs.stream()
                        .map(bug -> DynamicTest.dynamicTest(
                                bug.number() + " " + bug.name(),
                                () -> assertThat(row(known, bug, folder, SEEDS_MAX))
                                        .as(bug.name())
                                        .doesNotContain("| – | – | – | – |"))));
    }

    private static boolean isWanted(Bug bug) {
        return WANTED.isEmpty()
                ? bug.quick()
                : WANTED.equals("true") || bug.name().contains(WANTED);
    }

    /** {@code | 8 | name | first seed of the counters | first seed of the owned rows | of durable counters | specification |}. */
    private static String row(KnownBugs known, Bug bug, Path folder, int seeds) throws Exception {
        KnownBugs.Patched patched = known.putBack(bug, folder);
        String specified = patched.ask("Specifications", "firstFailure");
        String counters = noticed(specified) ? "" : simulated(patched, "CounterSimulationTest", seeds);
        String owned = noticed(specified, counters) ? "" : simulated(patched, "OwnedRowsSimulationTest", seeds);
        String durable = noticed(specified, counters, owned) ? "" : simulated(patched, "DurableSimulationTest", seeds);
        String row = "| " + String.join(" | ", bug.number(), bug.name(), counters, owned, durable, specified) + " |";
        Files.writeString(RESULTS, row + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return row;
    }

    /** A build does not ask the others once one has noticed. */
    private static boolean noticed(String... by) {
        return WANTED.isEmpty()
                && java.util.Arrays.stream(by).anyMatch(first -> !first.isEmpty() && !first.equals("–"));
    }

    private static String simulated(KnownBugs.Patched patched, String test, int seeds) throws Exception {
        return patched.ask(test, "firstFailure", seeds);
    }
}

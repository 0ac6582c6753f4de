package io.capstan.crdt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.crdt.core.Table;
import io.capstan.testkit.sim.KnownBugs;
import io.capstan.testkit.sim.KnownBugs.Bug;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
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
        return bugs.stream()
                .map(bug -> DynamicTest.dynamicTest(
                        bug.number() + " " + bug.name(),
                        () -> assertThat(row(known, bug, folder)).as(bug.name()).doesNotContain("| – | – | – |")));
    }

    private static boolean isWanted(Bug bug) {
        return WANTED.isEmpty()
                ? bug.quick()
                : WANTED.equals("true") || bug.name().contains(WANTED);
    }

    /** {@code | 8 | name | first seed of the counters | first seed of the owned rows | specification |}. */
    private static String row(KnownBugs known, Bug bug, Path folder) throws Exception {
        ClassLoader loader = known.putBack(bug, folder);
        String specified = String.valueOf(call(loader, "Specifications", "firstFailure"));
        String counters = noticed(specified) ? "" : simulated(loader, "CounterSimulationTest");
        String owned = noticed(specified, counters) ? "" : simulated(loader, "OwnedRowsSimulationTest");
        String row =
                "| " + bug.number() + " | " + bug.name() + " | " + counters + " | " + owned + " | " + specified + " |";
        Files.writeString(RESULTS, row + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return row;
    }

    /** A build does not ask the others once one has noticed. */
    private static boolean noticed(String... by) {
        return WANTED.isEmpty()
                && java.util.Arrays.stream(by).anyMatch(first -> !first.isEmpty() && !first.equals("–"));
    }

    private static String simulated(ClassLoader loader, String test) throws Exception {
        return String.valueOf(call(loader, test, "firstFailure", SEEDS_MAX));
    }

    private static Object call(ClassLoader loader, String type, String name, int... arguments) throws Exception {
        Class<?> patched = loader.loadClass(PutBackTest.class.getPackageName() + "." + type);
        try {
            Method method = arguments.length == 0
                    ? patched.getDeclaredMethod(name)
                    : patched.getDeclaredMethod(name, int.class);
            method.setAccessible(true); // To the JVM, the copy is of another package.
            return arguments.length == 0 ? method.invoke(null) : method.invoke(null, arguments[0]);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("the bug broke the test itself", e.getCause());
        }
    }
}

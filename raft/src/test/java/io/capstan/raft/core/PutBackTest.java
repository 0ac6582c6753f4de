package io.capstan.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

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
 * Puts known bugs back, one at a time, into a copy of the core's source, and demands that simulation, traces or
 * specifications notice. Every build takes all, and simulates with a few; {@code -Dbugs=true} simulates with all,
 * {@code -Dbugs=read} with those that have that word in their names, {@code -Dbugs.seeds=N} at most N seeds each. What
 * noticed: rows of a table in {@code target/bugs.md}.
 */
class PutBackTest {
    private static final Path RESULTS = Path.of("target/bugs.md");
    private static final String WANTED = System.getProperty("bugs", "");
    private static final int SEEDS_MAX = Integer.getInteger("bugs.seeds", WANTED.isEmpty() ? 200 : 4_000);

    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> everyBugThatIsPutBackIsCaught() throws IOException {
        Files.deleteIfExists(RESULTS);
        List<Bug> bugs = Bug.catalogue().stream().filter(PutBackTest::isWanted).toList();
        return bugs.stream()
                .map(bug -> DynamicTest.dynamicTest(
                        bug.number() + " " + bug.name(),
                        () -> assertThat(row(bug, folder, seeds(bug)))
                                .as(bug.name())
                                .doesNotContain("| – | – |")));
    }

    private static boolean isWanted(Bug bug) {
        return WANTED.isEmpty() || WANTED.equals("true") || bug.name().contains(WANTED);
    }

    private static int seeds(Bug bug) {
        return WANTED.isEmpty() && !bug.quick() ? 0 : SEEDS_MAX;
    }

    /** Runs everything with the bug in it: {@code | 12 | name | first seed | trace or specification |}. */
    static String row(Bug bug, Path folder, int seeds) throws Exception {
        ClassLoader loader = bug.putBack(folder);
        String told = String.valueOf(call(loader, "GoldenTraceTest", "firstDifference"));
        String specified = String.valueOf(call(loader, "Specifications", "firstFailure"));
        String simulated = String.valueOf(call(loader, "SimulationTest", "firstFailure", seeds));
        String row = "| " + bug.number() + " | " + bug.name() + " | " + simulated + " | "
                + (told.isEmpty() ? specified.isEmpty() ? "–" : specified : told) + " |";
        Files.writeString(RESULTS, row + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return row;
    }

    private static Object call(ClassLoader loader, String type, String name, int... arguments) throws Exception {
        Class<?> patched = loader.loadClass(PutBackTest.class.getPackageName() + "." + type);
        try {
            Method method = arguments.length == 0
                    ? patched.getDeclaredMethod(name)
                    : patched.getDeclaredMethod(name, int.class);
            method.setAccessible(true); // Justification: to the JVM, the copy is of another package
            return arguments.length == 0 ? method.invoke(null) : method.invoke(null, arguments[0]);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("the bug broke the test itself", e.getCause());
        }
    }
}

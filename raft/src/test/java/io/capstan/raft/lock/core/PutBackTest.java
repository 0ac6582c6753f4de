package io.capstan.raft.lock.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.testkit.sim.KnownBugs;
import io.capstan.testkit.sim.KnownBugs.Bug;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Puts known bugs of lock services back into a copy of the table's source, one at a time, and demands that the simulation
 * notices those marked {@code quick}, and the specifications or the simulation the others. What noticed: rows of a table in
 * {@code target/lock-bugs.md}. The others are simulated only if no specification notices; {@code -Dbugs=true} simulates with
 * all, for the whole table.
 */
class PutBackTest {
    private static final Path RESULTS = Path.of("target/lock-bugs.md");
    private static final boolean ALL = Boolean.getBoolean("bugs");
    private static final int SEEDS_MAX = Integer.getInteger("bugs.seeds", 300);
    private static final String NOTHING = "–";

    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> everyBugThatIsPutBackIsCaught() throws IOException {
        Files.deleteIfExists(RESULTS);
        KnownBugs known = KnownBugs.read(
                Path.of("src/test/resources/bugs/locks.txt"),
                Path.of("src/main/java/io/capstan/raft/lock"),
                LockTable.class,
                PutBackTest.class,
                "io.capstan.raft.lock.");
        DynamicTest control = DynamicTest.dynamicTest(
                "nobody notices a bug that is none",
                () -> assertThat(noticed(known, known.none("core/LockTable.java"), 20))
                        .containsExactly(NOTHING, NOTHING));
        return Stream.concat(
                Stream.of(control),
                known.all().stream()
                        .map(bug -> DynamicTest.dynamicTest(bug.number() + " " + bug.name(), () -> {
                            List<String> noticed = noticed(known, bug, SEEDS_MAX);
                            assertThat(bug.quick() ? noticed.subList(0, 1) : noticed)
                                    .as(bug.name())
                                    .anyMatch(by -> !by.equals(NOTHING));
                        })));
    }

    /** The first seed and the first specification that notice. */
    private List<String> noticed(KnownBugs known, Bug bug, int seeds) throws Exception {
        KnownBugs.Patched patched = known.putBack(bug, folder);
        String specification = patched.ask("PutBackTest", "firstSpecification");
        // All its seeds are seconds, and say nothing new of a bug that is caught already and that they do not find.
        boolean simulates = ALL || bug.quick() || specification.equals(NOTHING);
        String seed = simulates ? patched.ask("LockSimulationTest", "firstFailure", seeds) : NOTHING;
        Files.writeString(
                RESULTS,
                "| " + String.join(" | ", bug.number(), bug.name(), seed, specification) + " |\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        return List.of(seed, specification);
    }

    /** The name of the first specification that fails, or a dash. */
    static String firstSpecification() throws ReflectiveOperationException {
        for (Class<?> type : List.of(LockTableTest.class, FamilyTest.class)) {
            List<Method> methods = Arrays.stream(type.getDeclaredMethods())
                    .filter(method -> method.isAnnotationPresent(Test.class))
                    .sorted(Comparator.comparing(Method::getName))
                    .toList();
            for (Method method : methods) {
                Constructor<?> constructor = type.getDeclaredConstructor();
                try {
                    method.invoke(constructor.newInstance());
                } catch (InvocationTargetException noticed) {
                    return "`" + type.getSimpleName() + "." + method.getName() + "`";
                }
            }
        }
        return NOTHING;
    }
}

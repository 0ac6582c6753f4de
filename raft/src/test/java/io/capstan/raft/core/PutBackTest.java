package io.capstan.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Puts known bugs back, one at a time, into a copy of the core's source, and demands that the simulation notices. On
 * demand, for it takes minutes: {@code mvn -pl raft -am test -Dtest=PutBackTest -Dbugs=true}; {@code -Dbugs=read} for
 * those with that word in their name. What came of it: {@code target/bugs.txt}.
 */
@EnabledIfSystemProperty(named = "bugs", matches = ".+")
class PutBackTest {
    private static final Path SOURCE = Path.of("src/main/java/io/capstan/raft/core");
    private static final Path CATALOGUE = Path.of("src/test/resources/bugs/catalogue.txt");
    private static final Path RESULTS = Path.of("target/bugs.txt");
    private static final int SEEDS_MAX = Integer.getInteger("bugs.seeds", 3_000);

    @TempDir
    private Path folder;

    /** One patch: in {@code file} the line {@code right} becomes {@code wrong}; a gap is not expected to be met. */
    private record Bug(String name, String file, String right, String wrong, boolean isGap) {}

    @TestFactory
    Stream<DynamicTest> everyBugThatIsPutBackIsCaught() throws IOException {
        String wanted = System.getProperty("bugs", "");
        return catalogue().stream()
                .filter(bug -> "true".equals(wanted) ? !bug.isGap() : bug.name().contains(wanted))
                .map(bug -> DynamicTest.dynamicTest(bug.name(), () -> {
                    String caught = run(bug);
                    Files.writeString(
                            RESULTS,
                            bug.name() + ": " + caught + "\n",
                            StandardOpenOption.CREATE,
                            StandardOpenOption.APPEND);
                    assertThat(caught).as(bug.name()).startsWith("caught");
                }));
    }

    /** Runs the simulation with the bug in it: {@code caught by seed 3: two leaders…}, or {@code survived}. */
    private String run(Bug bug) throws Exception {
        Path classes = compile(bug);
        try (Isolated loader = new Isolated(classes)) {
            Method simulate =
                    loader.loadClass(SimulationTest.class.getName()).getDeclaredMethod("firstFailure", int.class);
            simulate.setAccessible(true); // Justification: to the JVM, the copy is of another package
            return String.valueOf(simulate.invoke(null, SEEDS_MAX));
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("the bug broke the test itself", e.getCause());
        }
    }

    private Path compile(Bug bug) throws IOException {
        Path sources = Files.createTempDirectory(folder, "sources");
        Path classes = Files.createTempDirectory(folder, "classes");
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(SOURCE)) {
            for (Path file : all.sorted().toList()) {
                Path copy = sources.resolve(file.getFileName());
                String text = Files.readString(file);
                Files.writeString(copy, file.endsWith(bug.file()) ? patched(text, bug) : text);
                files.add(copy);
            }
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter errors = new StringWriter();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            List<String> options =
                    List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none");
            boolean compiled = compiler.getTask(
                            errors, manager, null, options, null, manager.getJavaFileObjectsFromPaths(files))
                    .call();
            assertThat(compiled).as("compiles: " + errors).isTrue();
        }
        return classes;
    }

    private static String patched(String text, Bug bug) {
        String flat = flat(text);
        assertThat(flat.split(java.util.regex.Pattern.quote(bug.right()), -1))
                .as("the line stands once in %s: %s", bug.file(), bug.right())
                .hasSize(2);
        return flat.replace(bug.right(), bug.wrong());
    }

    /** Code without comments, on lines as long as they like: a patch need not know how it was wrapped. */
    private static String flat(String text) {
        StringBuilder flat = new StringBuilder();
        for (String line : text.split("\n", -1)) {
            String trimmed = line.trim();
            boolean comment = trimmed.startsWith("//") || trimmed.startsWith("*") || trimmed.startsWith("/*");
            if (!comment) {
                flat.append(trimmed).append(trimmed.contains("//") ? "\n" : " ");
            }
        }
        return flat.toString();
    }

    private static List<Bug> catalogue() throws IOException {
        List<Bug> bugs = new ArrayList<>();
        String name = "";
        String file = "";
        String right = "";
        boolean isGap = false;
        for (String line : Files.readAllLines(CATALOGUE)) {
            if (line.startsWith("bug: ") || line.startsWith("gap: ")) {
                name = line.substring(5);
                isGap = line.startsWith("gap: ");
            } else if (line.startsWith("file: ")) {
                file = line.substring(6);
            } else if (line.startsWith("- ")) {
                right = line.substring(2);
            } else if (line.startsWith("+ ")) {
                bugs.add(new Bug(name, file, right, line.substring(2), isGap));
            }
        }
        return bugs;
    }

    /** Loads the package anew, the core from the patched classes and its simulation from the usual ones. */
    private static final class Isolated extends URLClassLoader {
        private static final String PACKAGE = "io.capstan.raft.core.";

        Isolated(Path classes) throws IOException {
            super(
                    new URL[] {
                        classes.toUri().toURL(),
                        Path.of("target/test-classes").toUri().toURL()
                    },
                    PutBackTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(PACKAGE)) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : findClass(name);
        }
    }
}

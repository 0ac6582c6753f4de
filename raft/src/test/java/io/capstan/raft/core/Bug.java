package io.capstan.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A known bug as a patch to the core's source.
 *
 * @param number in the table of {@code raft/TESTING.md}
 * @param quick whether every build simulates with it
 */
record Bug(String number, String name, boolean quick, List<Patch> patches) {
    private static final Path SOURCE = Path.of("src/main/java/io/capstan/raft/core");
    private static final Path CATALOGUE = Path.of("src/test/resources/bugs/catalogue.txt");

    /** In {@code file} the one line {@code right} becomes {@code wrong}. */
    private record Patch(String file, String right, String wrong) {}

    static List<Bug> catalogue() throws IOException {
        List<Bug> bugs = new ArrayList<>();
        String file = "";
        String right = "";
        for (String line : Files.readAllLines(CATALOGUE)) {
            if (line.startsWith("bug ")) {
                String[] parts = line.substring(4).split(": ", 2);
                bugs.add(new Bug(parts[0], parts[1], false, new ArrayList<>()));
            } else if (line.equals("quick")) {
                Bug bug = bugs.remove(bugs.size() - 1);
                bugs.add(new Bug(bug.number(), bug.name(), true, bug.patches()));
            } else if (line.startsWith("file: ")) {
                file = line.substring(6);
            } else if (line.startsWith("- ")) {
                right = line.substring(2);
            } else if (line.startsWith("+ ")) {
                bugs.get(bugs.size() - 1).patches().add(new Patch(file, right, line.substring(2)));
            }
        }
        return bugs;
    }

    /** The package as it would be with this bug: patched classes first, then those that stand. */
    ClassLoader putBack(Path folder) throws IOException {
        Path sources = Files.createTempDirectory(folder, "sources");
        Path classes = Files.createTempDirectory(folder, "classes");
        Map<String, String> texts = new LinkedHashMap<>();
        for (Patch patch : patches) {
            String text = texts.containsKey(patch.file())
                    ? texts.get(patch.file())
                    : flat(Files.readString(SOURCE.resolve(patch.file())));
            assertThat(text.split(Pattern.quote(patch.right()), -1))
                    .as("the line stands once in %s: %s", patch.file(), patch.right())
                    .hasSize(2);
            texts.put(patch.file(), text.replace(patch.right(), patch.wrong()));
        }
        List<Path> files = new ArrayList<>();
        for (Map.Entry<String, String> text : texts.entrySet()) {
            files.add(Files.writeString(sources.resolve(text.getKey()), text.getValue()));
        }
        compile(files, classes);
        URL[] urls = {classes.toUri().toURL(), home(RaftCore.class), home(Bug.class)};
        return new Isolated(urls, Bug.class.getClassLoader());
    }

    private static void compile(List<Path> files, Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter errors = new StringWriter();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            String path = Path.of(home(RaftCore.class).getPath())
                    + System.getProperty("path.separator")
                    + System.getProperty("java.class.path");
            List<String> options = List.of("-d", classes.toString(), "-cp", path, "-proc:none", "-nowarn");
            boolean compiled = compiler.getTask(
                            errors, manager, null, options, null, manager.getJavaFileObjectsFromPaths(files))
                    .call();
            assertThat(compiled).as("compiles: " + errors).isTrue();
        }
    }

    private static URL home(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
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

    /** Loads all of Raft anew, for the log of production speaks the core's language; all else is the parent's. */
    private static final class Isolated extends URLClassLoader {
        private static final String PACKAGE = "io.capstan.raft.";

        Isolated(URL[] urls, ClassLoader parent) {
            super(urls, parent);
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

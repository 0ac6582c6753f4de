package io.capstan.testkit.sim;

import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Bugs to be put back, one at a time, to see that the tests notice: each a patch of the source, compiled beside the
 * classes that stand.
 *
 * <p>A catalogue is text. Its lines that say something: {@code bug NUMBER: name} begins a bug; {@code quick} marks it for
 * every build; {@code faults: ...} what is done meanwhile to whatever runs with it, for the tests that do such things; {@code
 * file: Name.java} (below the source folder) is where the next lines go; {@code - right} and
 * {@code + wrong} are one patch, whose right side stands exactly once there, comments and line breaks aside.
 * A catalogue of which one patch fits no more is refused as a whole, in every build: a bug that is never put back passes
 * for one that is caught.
 */
public final class KnownBugs {
    /**
     * One of them.
     *
     * @param quick whether it is put back in every build
     * @param faults what is done meanwhile, in a notation of the tests' own; empty: nothing
     */
    public record Bug(String number, String name, boolean quick, String faults, List<Patch> patches) {
        private String named() {
            return "bug " + number + ": " + name;
        }
    }

    /** In {@code file} {@code right} becomes {@code wrong}. */
    public record Patch(String file, String right, String wrong) {}

    /** The packages with a bug in them. */
    public static final class Patched {
        private final ClassLoader loader;
        private final String testPackage;

        private Patched(ClassLoader loader, String testPackage) {
            this.loader = loader;
            this.testPackage = testPackage;
        }

        /**
         * What a static method says there.
         *
         * @param type of the package of the tests, which may be hidden like the method
         * @param arguments none, or one that is an int
         * @throws IllegalStateException when it throws: the bug broke the test itself
         */
        public String ask(String type, String method, int... arguments) throws ReflectiveOperationException {
            Class<?> patched = loader.loadClass(testPackage + type);
            Class<?>[] types = arguments.length == 0 ? new Class<?>[0] : new Class<?>[] {int.class};
            Object[] values = arguments.length == 0 ? new Object[0] : new Object[] {arguments[0]};
            try {
                Method asked = patched.getDeclaredMethod(method, types);
                asked.setAccessible(true); // To the JVM, the copy is of another package.
                return String.valueOf(asked.invoke(null, values));
            } catch (InvocationTargetException e) {
                throw new IllegalStateException("the bug broke the test itself", e.getCause());
            }
        }
    }

    private final Path source;
    private final String packages;
    private final Class<?> production;
    private final Class<?> test;
    private final List<Bug> all = new ArrayList<>();
    private final Map<String, String> standing = new HashMap<>();
    private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();

    /** One for all bugs: it indexes every jar of the class path once. */
    private final StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null);

    private KnownBugs(Path source, Class<?> production, Class<?> test, String packages) {
        this.source = source;
        this.production = production;
        this.test = test;
        this.packages = packages;
    }

    /**
     * Reads a catalogue.
     *
     * @param source the folder under which its files are
     * @param production any of the classes that are patched: where it was loaded from, they all are
     * @param test any class of the tests
     * @param packages what is loaded anew for each bug: all classes whose names begin like this
     * @throws IllegalStateException when a line says nothing, a bug has no patch, or a patch does not fit the source: the
     *     message tells all that is to be mended
     */
    public static KnownBugs read(Path catalogue, Path source, Class<?> production, Class<?> test, String packages)
            throws IOException {
        KnownBugs bugs = new KnownBugs(source, production, test, packages);
        List<String> faults = new ArrayList<>();
        bugs.all.addAll(parsed(Files.readAllLines(catalogue), faults));
        for (Bug bug : bugs.all) {
            bugs.patched(bug, faults);
        }
        if (!faults.isEmpty()) {
            throw new IllegalStateException("in " + catalogue + ":\n" + String.join("\n", faults));
        }
        return bugs;
    }

    private static List<Bug> parsed(List<String> lines, List<String> faults) {
        List<Bug> all = new ArrayList<>();
        String file = "";
        String right = "";
        for (String line : lines) {
            Bug last = all.isEmpty() ? null : all.get(all.size() - 1);
            if (line.startsWith("bug ")) {
                String[] parts = line.substring("bug ".length()).split(": ", 2);
                all.add(new Bug(parts[0], parts[1], false, "", new ArrayList<>()));
                right = "";
            } else if (last != null && line.equals("quick")) {
                all.set(all.size() - 1, new Bug(last.number(), last.name(), true, last.faults(), last.patches()));
            } else if (last != null && line.startsWith("faults: ")) {
                String told = line.substring("faults: ".length());
                all.set(all.size() - 1, new Bug(last.number(), last.name(), last.quick(), told, last.patches()));
            } else if (last != null && line.startsWith("file: ")) {
                file = line.substring("file: ".length());
            } else if (last != null && line.startsWith("- ")) {
                right = line.substring(2);
            } else if (last != null && !right.isEmpty() && (line + " ").startsWith("+ ")) {
                last.patches().add(new Patch(file, right, line.substring(Math.min(2, line.length()))));
                right = "";
            } else if (last != null && !line.isBlank()) { // What it is about stands before the first bug.
                faults.add(last.named() + ": a line that says nothing: " + line);
            }
        }
        all.stream()
                .filter(bug -> bug.patches().isEmpty())
                .forEach(bug -> faults.add(bug.named() + ": without a patch"));
        return all;
    }

    /** All of them, in the order of the catalogue. */
    public List<Bug> all() {
        return List.copyOf(all);
    }

    /**
     * No bug at all, but a class compiled anew like any other: what notices this notices nothing.
     *
     * @param file below the source folder
     */
    public Bug none(String file) throws IOException {
        String text = standing(file);
        return new Bug("0", "no bug", true, "", List.of(new Patch(file, text, text)));
    }

    /**
     * The packages as they would be with this bug: patched classes first, then those that stand.
     *
     * @throws IllegalStateException when it does not compile
     */
    public Patched putBack(Bug bug, Path folder) throws IOException {
        URL[] urls = {compiled(bug, folder).toUri().toURL(), home(production), home(test)};
        return new Patched(new Isolated(urls, KnownBugs.class.getClassLoader(), packages), test.getPackageName() + ".");
    }

    /**
     * The patched classes alone, for the front of a process's class path.
     *
     * @return a new folder below {@code folder}
     * @throws IllegalStateException as {@link #putBack}
     */
    public Path compiled(Bug bug, Path folder) throws IOException {
        Path classes = Files.createTempDirectory(folder, "classes");
        Map<String, String> texts = patched(bug, new ArrayList<>());
        List<Path> files = new ArrayList<>();
        for (Map.Entry<String, String> text : texts.entrySet()) {
            Path sources = Files.createTempDirectory(folder, "sources");
            Path name = Objects.requireNonNull(Path.of(text.getKey()).getFileName());
            files.add(Files.writeString(sources.resolve(name.toString()), text.getValue()));
        }
        compile(files, classes);
        return classes;
    }

    /** The texts of its files with the bug in them, by file; what does not fit is told, and left out. */
    private Map<String, String> patched(Bug bug, List<String> faults) throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        for (Patch patch : bug.patches()) {
            String text = texts.get(patch.file());
            if (text == null && !Files.exists(source.resolve(patch.file()))) {
                faults.add(bug.named() + ": there is no " + source.resolve(patch.file()));
                continue;
            }
            text = text == null ? standing(patch.file()) : text;
            if (text.split(Pattern.quote(patch.right()), -1).length != 2) {
                faults.add(bug.named() + ": not exactly once in " + patch.file() + ": " + patch.right());
            } else {
                texts.put(patch.file(), text.replace(patch.right(), patch.wrong()));
            }
        }
        return texts;
    }

    /** The source, read once. */
    private String standing(String file) throws IOException {
        String text = standing.get(file);
        if (text == null) {
            text = flat(Files.readString(source.resolve(file)));
            standing.put(file, text);
        }
        return text;
    }

    private void compile(List<Path> files, Path classes) throws IOException {
        StringWriter errors = new StringWriter();
        String path = Path.of(home(production).getPath())
                + System.getProperty("path.separator")
                + System.getProperty("java.class.path");
        List<String> options = List.of("-d", classes.toString(), "-cp", path, "-proc:none", "-nowarn");
        boolean compiled = compiler.getTask(
                        errors, manager, null, options, null, manager.getJavaFileObjectsFromPaths(files))
                .call();
        if (!compiled) {
            throw new IllegalStateException("does not compile: " + errors);
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

    /** Loads the packages anew; all else is the parent's. */
    private static final class Isolated extends URLClassLoader {
        private final String packages;

        Isolated(URL[] urls, ClassLoader parent, String packages) {
            super(urls, parent);
            this.packages = packages;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(packages)) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : findClass(name);
        }
    }
}

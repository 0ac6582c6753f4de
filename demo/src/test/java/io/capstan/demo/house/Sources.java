package io.capstan.demo.house;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The source files of all modules, as text and parsed. */
final class Sources {
    /** The repository's root: tests run in their module's folder. */
    static final Path ROOT = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());

    static final List<String> MODULES =
            List.of("testkit", "actors", "crdt", "raft", "registry", "metrics", "demo", "bench");

    private Sources() {}

    /** Every Java file below {@code src} of every module. */
    static List<Path> all() {
        return MODULES.stream()
                .flatMap(module -> below(ROOT.resolve(module).resolve("src")))
                .toList();
    }

    /** The Java files of one module's main code. */
    static List<Path> main(String module) {
        return below(ROOT.resolve(module).resolve("src/main/java")).toList();
    }

    static List<Path> mainOfAll() {
        return MODULES.stream().flatMap(module -> main(module).stream()).toList();
    }

    /** What is written about the tests of each module. */
    static List<Path> booksOfTests() {
        return MODULES.stream()
                .map(module -> ROOT.resolve(module).resolve("TESTING.md"))
                .filter(Files::exists)
                .toList();
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For messages: the path from the root. */
    static String name(Path file) {
        return ROOT.relativize(file).toString();
    }

    /** Parses without resolving anything. */
    static void parse(List<Path> files, Visit visit) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {

            JavaCompiler.CompilationTask task = compiler.getTask(
                    null, manager, null, List.of("-proc:none"), null, manager.getJavaFileObjectsFromPaths(files));
            JavacTask javac = (JavacTask) task;
            DocTrees trees = DocTrees.instance(javac);
            for (CompilationUnitTree unit : javac.parse()) {
                visit.unit(Path.of(unit.getSourceFile().toUri()), unit, trees);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> below(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Stream.empty();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sees one parsed file. */
    interface Visit {
        void unit(Path file, CompilationUnitTree unit, DocTrees trees);
    }
}

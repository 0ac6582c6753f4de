package io.capstan.demo.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A tidy room")
class TidyTest {
    private static final int FILE_LINES_MAX = 400;
    private static final int METHOD_LINES_MAX = 60;

    /** Words of unfinished work, and calls no test may make. Split, so that this file does not name them itself. */
    private static final Pattern UNFINISHED = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|X" + "XX)\\b");

    private static final Pattern IDLE = Pattern.compile("Thread\\.sle" + "ep\\(|@Dis" + "abled|@Ign" + "ore\\b");

    private static final Pattern TEST = Pattern.compile("void (\\w+)\\(");

    /** Sentences; one that is cut short ends with dots. A flag of the build looks like one. */
    private static final Pattern NAMED_TEST =
            Pattern.compile("\\b(?!failIfNoSpecifiedTests)([a-z]+(?:[A-Z][a-z0-9]*){4,})\\b(…)?");

    private static final Pattern SOUP = Pattern.compile("(Util|Utils|Helper|Helpers|Manager|Impl)\\.java$");

    @Test
    @DisplayName("has files of at most 400 lines")
    void filesAreShort() {
        assertThat(Sources.all().stream()
                        .filter(file -> Sources.text(file).lines().count() > FILE_LINES_MAX)
                        .map(Sources::name))
                .isEmpty();
    }

    @Test
    @DisplayName("has methods of at most 60 lines")
    void methodsAreShort() {
        List<String> long_ = new ArrayList<>();
        Sources.parse(
                Sources.all(),
                (file, unit, trees) -> new TreePathScanner<Void, Void>() {
                    @Override
                    public Void visitMethod(MethodTree method, Void unused) {
                        long lines = lines(unit, trees, method);
                        if (lines > METHOD_LINES_MAX) {
                            long_.add(Sources.name(file) + " " + method.getName() + ": " + lines + " lines");
                        }
                        return super.visitMethod(method, null);
                    }
                }.scan(unit, null));
        assertThat(long_).isEmpty();
    }

    @Test
    @DisplayName("leaves nothing unfinished, asleep or switched off")
    void nothingIsUnfinished() {
        assertThat(Sources.all().stream()
                        .filter(file -> UNFINISHED.matcher(Sources.text(file)).find()
                                || IDLE.matcher(Sources.text(file)).find())
                        .map(Sources::name))
                .isEmpty();
    }

    @Test
    @DisplayName("is named after what it does")
    void namesSayWhatAThingDoes() {
        assertThat(Sources.mainOfAll().stream()
                        .filter(file -> SOUP.matcher(file.toString()).find())
                        .map(Sources::name))
                .isEmpty();
    }

    @Test
    @DisplayName("says at its door what it guarantees")
    void everyPackageIntroducesItself() {
        assertThat(Sources.mainOfAll().stream()
                        .map(Path::getParent)
                        .distinct()
                        .filter(folder -> !introduced(folder))
                        .map(Sources::name))
                .isEmpty();
    }

    @Test
    @DisplayName("tells every public type's purpose")
    void publicTypesAreDocumented() {
        List<String> silent = new ArrayList<>();
        Sources.parse(Sources.mainOfAll(), (file, unit, trees) -> {
            for (Tree type : unit.getTypeDecls()) {
                if (type instanceof ClassTree declared
                        && declared.getModifiers().getFlags().contains(Modifier.PUBLIC)
                        && trees.getDocComment(TreePath.getPath(unit, type)) == null) {
                    silent.add(Sources.name(file));
                }
            }
        });
        assertThat(silent).isEmpty();
    }

    @Test
    @DisplayName("has every test that its books name")
    void booksOfTestsNameTestsThatExist() {
        Set<String> tests = new TreeSet<>();
        for (Path file : Sources.all()) {
            TEST.matcher(Sources.text(file)).results().forEach(found -> tests.add(found.group(1)));
        }
        List<String> missing = new ArrayList<>();
        for (Path book : Sources.booksOfTests()) {
            NAMED_TEST.matcher(Sources.text(book)).results().forEach(found -> {
                String name = found.group(1);
                boolean there = found.group(2) == null
                        ? tests.contains(name)
                        : tests.stream().anyMatch(each -> each.startsWith(name));
                if (!there) {
                    missing.add(Sources.name(book) + " " + name);
                }
            });
        }
        assertThat(missing).isEmpty();
    }

    private static boolean introduced(Path folder) {
        Path door = folder.resolve("package-info.java");
        return Files.exists(door)
                && Sources.text(door).contains("/**")
                && Sources.text(door).contains("@org.jspecify.annotations.NullMarked");
    }

    private static long lines(CompilationUnitTree unit, DocTrees trees, Tree tree) {
        LineMap map = unit.getLineMap();
        long start = trees.getSourcePositions().getStartPosition(unit, tree);
        long end = trees.getSourcePositions().getEndPosition(unit, tree);
        return end < 0 ? 0 : map.getLineNumber(end) - map.getLineNumber(start) + 1;
    }
}

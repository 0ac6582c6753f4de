package io.capstan.demo.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.testkit.BookPart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Every Java snippet of a document is cut from a compiled test")
class SnippetsTest {
    private static final Path ROOT =
            Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
    private static final Pattern SNIPPET =
            Pattern.compile("<!-- ([A-Za-z]+\\.java)((?: #[a-z_-]+)+) -->\n```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern JAVA = Pattern.compile("```java");

    /** With {@code -Dbooks.regenerate=true} the documents are rewritten instead. */
    @ParameterizedTest
    @CsvSource({
        "README.md, demo/src/test/java/io/capstan/demo/docs",
        "actors/README.md, actors/src/test/java/io/capstan/actors/docs",
        "crdt/README.md, crdt/src/test/java/io/capstan/crdt/docs",
        "docs/first-steps.md, demo/src/test/java/io/capstan/demo/docs",
        "docs/spring.md, demo/src/test/java/io/capstan/demo/docs",
        "raft/README.md, raft/src/test/java/io/capstan/raft:demo/src/test/java/io/capstan/demo/docs",
        "registry/README.md, registry/src/test/java/io/capstan/registry/docs",
        "metrics/README.md, metrics/src/test/java/io/capstan/metrics/docs"
    })
    void itIsLetterForLetterWhatTheMarkersEnclose(String name, String tests) throws IOException {
        Path file = ROOT.resolve(name);
        String readme = Files.readString(file);
        Matcher snippets = SNIPPET.matcher(readme);
        StringBuilder cut = new StringBuilder();
        int found = 0;
        while (snippets.find()) {
            found++;
            StringBuilder code = new StringBuilder();
            for (String marker : snippets.group(2).trim().split(" ", -1)) {
                code.append(enclosed(tests, snippets.group(1), marker));
            }
            String head = "<!-- " + snippets.group(1) + snippets.group(2) + " -->\n```java\n";
            snippets.appendReplacement(cut, Matcher.quoteReplacement(head + code + "```"));
        }
        snippets.appendTail(cut);
        if (Boolean.getBoolean(BookPart.REGENERATE)) {
            Files.writeString(file, cut);
        } else {
            assertThat(readme).isEqualTo(cut.toString());
        }
        assertThat(found).isEqualTo(JAVA.matcher(readme).results().count()).isPositive();
    }

    /** From the first of the directories whose file of that name has the marker. */
    private static String enclosed(String directories, String name, String marker) throws IOException {
        for (String directory : directories.split(":", -1)) {
            Path file = ROOT.resolve(directory).resolve(name);
            if (Files.exists(file)) {
                List<String> lines = Files.readAllLines(file);
                int first = line(lines, marker, 0);
                if (first < lines.size()) {
                    return between(lines, first + 1, line(lines, marker, first + 1));
                }
            }
        }
        throw new AssertionError("no marker " + marker + " in " + name);
    }

    private static String between(List<String> lines, int first, int last) {
        List<String> body = lines.subList(first, last);
        int indent = body.stream()
                .filter(line -> !line.isBlank())
                .mapToInt(line -> line.length() - line.stripLeading().length())
                .min()
                .orElse(0);
        StringBuilder text = new StringBuilder();
        body.forEach(line ->
                text.append(line.isBlank() ? "" : line.substring(indent)).append('\n'));
        return text.toString();
    }

    /** The number of lines, if there is no such marker any more. */
    private static int line(List<String> lines, String marker, int from) {
        for (int i = from; i < lines.size(); i++) {
            if (lines.get(i).strip().equals("// " + marker)) {
                return i;
            }
        }
        return lines.size();
    }
}

package io.capstan.demo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The command's help")
class ProseTest {
    private static String said(int code, String... arguments) {
        StringWriter said = new StringWriter();
        PrintWriter writer = new PrintWriter(said, true);
        assertThat(Capstan.run(writer, writer, arguments)).isEqualTo(code);
        return said.toString();
    }

    @ParameterizedTest(name = "capstan {0}")
    @ValueSource(strings = {"", "names", "groups", "counters", "kv", "raft", "raft offline", "lock", "certs"})
    @DisplayName("lists each command with a whole sentence, and flows in its lines")
    void sentences(String group) {
        String help = said(Capstan.OK, (group + " --help").strip().split(" "));
        String list = help.substring(help.indexOf("Commands:"));
        list = (list + "\n\n").substring(0, (list + "\n\n").indexOf("\n\n"));
        // A command begins a little in, and what goes on is further in.
        assertThat(list.split("\n  (?=[a-z])"))
                .hasSizeGreaterThan(3)
                .allSatisfy(each -> assertThat(each.strip()).matches("(?s)Commands:|.*[.:)]"));
        assertThat(help.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    }

    @Test
    @DisplayName("keeps examples as they are, and makes paragraphs of the rest")
    void paragraphs() {
        assertThat(Prose.paragraphs(
                        "", "Examples:", "  capstan a", "One line,", "and its", "rest.", "", "Next:", "  b"))
                .containsExactly("", "Examples:", "  capstan a", "One line, and its rest.", "", "Next:", "  b");
        assertThat(Prose.sentenceAndRest("One of", "two. And the", "rest. Of it."))
                .containsExactly("One of two.", "And the rest. Of it.");
        assertThat(Prose.sentenceAndRest("One.")).containsExactly("One.");
    }

    @Test
    @DisplayName("names what was not understood, whatever it is below")
    void unknown() {
        assertThat(said(Capstan.USAGE, "names", "lst"))
                .isEqualTo("capstan: unknown command or option: lst. See: capstan names --help\n");
        assertThat(said(Capstan.USAGE, "--frob")).startsWith("capstan: unknown command or option: --frob");
    }

    @Test
    @DisplayName("says how completion is called")
    void completion() {
        assertThat(said(Capstan.OK, "completion", "--help"))
                .contains("source <(capstan completion)")
                .doesNotContain("generate-completion");
        assertThat(said(Capstan.OK, "completion")).contains("_complete_capstan").contains("promote");
    }
}

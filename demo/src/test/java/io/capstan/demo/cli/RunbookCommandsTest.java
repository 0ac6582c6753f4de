package io.capstan.demo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Every command of docs/runbooks.md")
class RunbookCommandsTest {
    private static final Pattern COMMAND = Pattern.compile("`capstan ([^`]+)`");

    @Test
    @DisplayName("is one of capstan's")
    void isOneOfCapstans() throws IOException {
        List<String> commands = COMMAND.matcher(Files.readString(Path.of("../docs/runbooks.md")))
                .results()
                .map(found -> found.group(1))
                .distinct()
                .toList();

        assertThat(commands).hasSizeGreaterThan(5);
        for (String command : commands) {
            List<String> words = new ArrayList<>(List.of(command.split("\\s+", -1)));
            words.add("--help"); // It is understood, and not done.
            Came came = Came.of(words.toArray(String[]::new));
            assertThat(came.code()).as(command + ": " + came.err()).isEqualTo(Capstan.OK);
        }
    }
}

package io.capstan.demo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.capstan.demo.node.DemoNode;
import io.capstan.demo.node.Lone;
import io.capstan.testkit.Await;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("capstan shell, as a process,")
@Timeout(180)
class ShellCommandTest {
    /** A process of its own, on a machine that is busy. */
    private static final Duration SOON = Duration.ofSeconds(60);

    private static final Path SCRIPT = Path.of("/usr/bin/script");

    @TempDir
    static Path directory;

    private static DemoNode node;

    @BeforeAll
    static void start() {
        node = Lone.start(directory);
    }

    @AfterAll
    static void stop() {
        node.stop();
    }

    private static List<String> command(boolean terminal, Path history) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dcapstan.terminal=" + terminal,
                "-cp",
                System.getProperty("java.class.path"),
                "io.capstan.demo.cli.Capstan",
                "shell",
                "--history",
                history.toString(),
                "--node",
                node.ready().http());
    }

    /** Everything is said at once, as by {@code printf … | capstan shell}. */
    private static Came piped(String... lines) throws IOException, InterruptedException {
        Path out = Files.createTempFile(directory, "out", "");
        Path err = Files.createTempFile(directory, "err", "");
        Process shell = new ProcessBuilder(command(false, directory.resolve("nobodys")))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try (OutputStream in = shell.getOutputStream()) {
            in.write(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
        } catch (IOException over) {
            // It had ended before it was told all.
        }
        assertThat(shell.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Came(shell.exitValue(), Files.readString(out), Files.readString(err));
    }

    @Test
    @DisplayName("runs what is piped into it, line after line, and ends with the last or with exit")
    void pipe() throws Exception {
        assertThat(piped(
                        "# nobody's command",
                        "",
                        "counters add piped 3",
                        "kv put colour \"dark grün\"",
                        "  kv get colour --json  ",
                        "exit",
                        "counters add piped 100"))
                .satisfies(came -> assertThat(came.code()).as(came::toString).isZero())
                .satisfies(came -> assertThat(came.err()).isEmpty())
                .satisfies(came -> assertThat(came.out())
                        .contains("3\n", "\"value\":\"dark grün\"")
                        .doesNotContain("capstan>", "\033", "103"));
        assertThat(piped("counters get piped").out()).isEqualTo("3\n");
        assertThat(directory.resolve("nobodys"))
                .as("what nobody typed is not remembered")
                .doesNotExist();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @DisplayName("says in one line what it does not do, and ends with that exit code")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "counters add                         | 2 | Missing required parameter",
                "count                                | 2 | unknown command or option: count",
                "names register printer --within soon | 3 | --within is a time as 500ms, 10s or 2m",
                "names whereis nobodys                | 1 | nobody",
                "kv put colour \"dark                 | 2 | Missing closing quote in: kv put colour \"dark",
                "node --name b                        | 2 | node is no command of the shell"
            })
    void refused(String line, int code, String words) throws Exception {
        assertThat(piped(line, "counters add never 1"))
                .satisfies(came -> assertThat(came.code()).as(came::toString).isEqualTo(code))
                .satisfies(came ->
                        assertThat(came.out() + came.err()).contains(words).hasLineCount(1));
    }

    @Test
    @DisplayName(
            "has a prompt, completion and a history on a terminal, and Ctrl-C ends a command that goes on, or clears the line, and not the shell")
    void terminal() throws Exception {
        assumeTrue(Files.isExecutable(SCRIPT), "no script(1) here, which makes a terminal");
        Path history = directory.resolve("history");
        Path seen = directory.resolve("seen");
        List<String> command = new ArrayList<>();
        command(true, history).forEach(word -> command.add("'" + word + "'"));
        // exec: a shell that waits for it meanwhile hears Ctrl-C too, and some end with 130 then whatever it ended
        // with.
        // env: whoever is started in the background ignores Ctrl-C, and so would all whom it starts.
        ProcessBuilder builder = new ProcessBuilder(
                        SCRIPT.toString(),
                        "-qefc",
                        "stty rows 40 cols 120; exec env --default-signal=INT " + String.join(" ", command),
                        "/dev/null")
                .redirectErrorStream(true)
                .redirectOutput(seen.toFile());
        builder.environment().put("TERM", "xterm");
        Process shell = builder.start();
        try (OutputStream in = shell.getOutputStream()) {
            type(in, seen, "", "capstan> ", "counters add typed 5\r");
            type(in, seen, "5", "capstan> ", "counters ge\ttyped\r");
            type(in, seen, "5", "capstan> ", "\020\r");
            type(in, seen, "5", "capstan> ", "names register printer --within soon\r");
            type(in, seen, "got \"soon\"", "capstan> ", "counters watch typed\r");
            type(in, seen, "typed", "5\r\n", "\003");
            type(in, seen, "", "capstan> ", "counters add typed 2\r");
            type(in, seen, "7", "capstan> ", "not all of a line\003");
            type(in, seen, "", "capstan> ", "exit\r");
            assertThat(shell.waitFor(60, TimeUnit.SECONDS)).as(() -> text(seen)).isTrue();
        } finally {
            shell.destroyForcibly();
        }
        assertThat(shell.exitValue()).as(() -> text(seen)).isZero();
        assertThat(Files.readString(history))
                .contains(":counters add typed 5", ":counters get typed", ":exit")
                .doesNotContain("not all");
    }

    private int seenUpTo;

    /** Types when what came before has been answered with {@code answer}, and then {@code prompt} is there. */
    private void type(OutputStream in, Path seen, String answer, String prompt, String keys) throws IOException {
        Await.until("\"" + answer + "\" is seen, then \"" + prompt + "\"", SOON, () -> {
            String all = text(seen);
            int answered = all.indexOf(answer, seenUpTo);
            int prompted = answered < 0 ? -1 : all.indexOf(prompt, answered + answer.length());
            if (prompted < 0) {
                return false;
            }
            seenUpTo = prompted + prompt.length();
            return true;
        });
        in.write(keys.getBytes(StandardCharsets.UTF_8));
        in.flush();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

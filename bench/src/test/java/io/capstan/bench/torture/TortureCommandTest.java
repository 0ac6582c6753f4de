package io.capstan.bench.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.capstan.bench.torture.report.Campaign;
import io.capstan.bench.torture.report.Report;
import io.capstan.demo.Json;
import io.capstan.demo.UserError;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class TortureCommandTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiterString = "->",
            value = {
                "--nodes 4             -> --nodes is 3 or 5, got 4",
                "--minutes 0           -> --minutes is more than 0 and at most 1440, got 0.0",
                "--clients 21          -> --clients is 1 to 20, got 21",
                "--recovery 0          -> --recovery is at least 1 second, got 0",
                "--workload locks      -> there is no workload \"locks\". There are: all, register,",
                "--kinds earthquake    -> there is no kind of fault \"earthquake\". There are: behind,",
                "--faults jump         -> --faults, at 1: expected wait,",
                "--faults=             -> --faults names no fault: 'cut a|b,c; wait 5s', for one",
                "--faults=kill=z       -> --faults: there is no node \"z\", but [a, b, c]",
                "--sum nowhere         -> there is no directory nowhere.",
                "--check nowhere       -> there is no history nowhere that can be read.",
                "--faults heal --kinds kill -> --faults says what is played, and --kinds what is drawn: one of them",
            })
    void whatMakesNoSenseIsRefusedInOneLine(String arguments, String line) {
        assertThatExceptionOfType(UserError.class)
                .isThrownBy(() -> call(words(arguments)))
                .withMessageStartingWith(line)
                .satisfies(error -> assertThat(error.getMessage()).doesNotContain("\n"));
    }

    /** An equals sign after the first stands for a blank. */
    private static String[] words(String arguments) {
        String[] words = arguments.split(" ", -1);
        for (int i = 0; i < words.length; i++) {
            int first = words[i].indexOf('=');
            words[i] = words[i].substring(0, first + 1)
                    + words[i].substring(first + 1).replace('=', ' ');
        }
        return words;
    }

    private static String call(String... arguments) throws Exception {
        TortureCommand command = new TortureCommand();
        StringWriter out = new StringWriter();
        new CommandLine(command).setOut(new PrintWriter(out, true)).parseArgs(arguments);
        Integer code = command.call();
        return out + "exit " + code;
    }

    @Test
    void theLastLineOfJsonIsWhatScriptsAreToldItIs() {
        assertThat(Json.line(new TortureCommand.Line("passed", "mutex", 3, 1_000, 7, 0, 4_200, "history.jsonl")))
                .isEqualTo(
                        "{\"torture\":\"passed\",\"workload\":\"mutex\",\"faults\":3,\"operations\":1000,\"unknown\":7,"
                                + "\"violations\":0,\"recovery_ms_max\":4200,\"history\":\"history.jsonl\"}");
    }

    @Test
    void aProcessThatCrashedIsAViolationAndOneThatWasKilledIsNone() throws Exception {
        Path history = directory.resolve("history.jsonl");
        String about =
                "{\"process\":-1,\"type\":\"info\",\"f\":\"torture\",\"value\":{\"workload\":\"register\"},\"time\":1}\n";
        String ended =
                "{\"process\":-1,\"type\":\"info\",\"f\":\"ended\",\"value\":{\"node\":\"b\",\"code\":%d},\"time\":2}\n";

        String killed = "{\"process\":-1,\"type\":\"info\",\"f\":\"fault\",\"value\":\"kill b\",\"time\":1}\n";

        Files.writeString(history, about + killed + String.format(ended, 137) + String.format(ended, 8));
        assertThat(call("--check", history.toString())).endsWith("exit 0");

        Files.writeString(history, about + String.format(ended, 137));
        assertThat(call("--check", history.toString()))
                .contains("nothing had been done to anybody")
                .endsWith("exit 1");

        Files.writeString(history, about + String.format(ended, 134));
        assertThat(call("--check", history.toString()))
                .contains("the process of node b crashed: signal 6")
                .endsWith("exit 1");
    }

    @Test
    void reportsOfEarlierRunsBecomeOneTable() throws Exception {
        write(
                "one",
                "mutex",
                60_000,
                List.of(),
                episode("kill", 1_000),
                episode("kill", 3_000),
                episode("isolate", 5_000));
        write(
                "two",
                "lists",
                120_000,
                List.of("an element is lost"),
                episode("kill", -1),
                episode("kill+pause", 9_000));

        String said = call("--sum", directory.toString(), "--json");

        assertThat(said)
                .endsWith("exit 1")
                .contains("{\"torture\":\"failed\",\"workload\":\"mutex,lists\",\"faults\":5,\"operations\":200,"
                        + "\"unknown\":4,\"violations\":1,\"recovery_ms_max\":9000,");
        Campaign campaign =
                Json.MAPPER.readValue(directory.resolve("campaign.json").toFile(), Campaign.class);
        assertThat(campaign.total()).isEqualTo(new Campaign.OfWorkload("all", 2, 3.0, 200, 4, 5, 1, 3_000, 9_000));
        assertThat(campaign.faults())
                .containsExactly(
                        new Campaign.OfFault("isolate", 1, 1, 5_000, 5_000, 0),
                        new Campaign.OfFault("kill", 3, 2, 1_000, 3_000, 1),
                        new Campaign.OfFault(Campaign.PAIRS, 1, 1, 9_000, 9_000, 0));
        assertThat(Files.readString(directory.resolve("campaign.html")))
                .contains("<a href=\"one/report.html\">mutex</a>", "<a href=\"two/report.html\">lists</a>");
    }

    private static Episode episode(String name, long recovery) {
        return new Episode(name, name + " a", 0, 1_000, recovery);
    }

    private void write(String folder, String workload, long millis, List<String> violations, Episode... episodes)
            throws Exception {
        Path own = Files.createDirectory(directory.resolve(folder));
        Path history = Files.writeString(own.resolve("history.jsonl"), "");
        Report.write(
                new Outcome(
                        workload,
                        1,
                        List.of("a", "b", "c"),
                        100,
                        90,
                        8,
                        2,
                        List.of(episodes),
                        violations,
                        List.of(),
                        millis,
                        history.toString()),
                own);
    }
}

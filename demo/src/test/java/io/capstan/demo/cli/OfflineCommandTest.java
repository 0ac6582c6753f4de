package io.capstan.demo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.raft.DirectoryReport;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class OfflineCommandTest {
    private static final DirectoryReport.Member SOUND =
            new DirectoryReport.Member("locks", "1-2", 42, 3, "n-2", 0, 1, 9, "", false, "");
    private static final DirectoryReport.Member DAMAGED = new DirectoryReport.Member(
            "kv", "1-3", 42, 3, "", 5, 1, 4, "a log record with a wrong checksum", false, "");

    private final StringWriter printed = new StringWriter();

    private int print(DirectoryReport report, boolean json) {
        return OfflineCommand.print(report, json, new PrintWriter(printed));
    }

    @Test
    void peopleGetATable() {
        int code = print(new DirectoryReport("n-1", 2, 7, 0, null, List.of(SOUND, DAMAGED)), false);

        assertThat(code).isEqualTo(1);
        assertThat(printed.toString().lines())
                .containsExactly(
                        "node n-1, format 2",
                        "write-ahead files: sound, 7 group commits to move",
                        "GROUP                        TERM VOTE                 SNAPSHOT        FIRST         LAST  STATE",
                        "locks                           3 n-2                         0            1            9  sound",
                        "kv                              3 -                           5            1            4  DAMAGED, a"
                                + " log record with a wrong checksum; a start, or `capstan raft offline repair`, marks it as"
                                + " one that does not start");
    }

    @Test
    void programsGetLines() {
        int code = print(new DirectoryReport("n-1", 2, 7, 1, "frame 9 is damaged", List.of(SOUND)), true);

        assertThat(code).isEqualTo(1);
        assertThat(printed.toString().lines())
                .containsExactly(
                        "{\"node\":\"n-1\",\"format\":2,\"frames\":7,\"losses\":1,"
                                + "\"write_ahead_damage\":\"frame 9 is damaged\",\"sound\":false}",
                        "{\"group\":\"locks\",\"group_id\":\"1-2\",\"incarnation\":42,\"term\":3,\"vote\":\"n-2\","
                                + "\"snapshot_index\":0,\"first_index\":1,\"last_index\":9,\"damage\":\"\",\"marked\":false,\"snapshot_damage\":\"\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify DIR", "recover DIR kv --lost b,c", "backup DIR kv FILE", "forget DIR kv"})
    void aDirectoryThatIsNobodysIsRefusedInOneLine(String command, @TempDir Path directory) {
        String[] arguments = command.replace("DIR", directory.toString()).split(" ", -1);
        StringWriter errors = new StringWriter();
        int code = new CommandLine(new OfflineCommand())
                .setErr(new PrintWriter(errors, true))
                .setExecutionExceptionHandler((error, refused, parsed) -> {
                    refused.getErr().println(error.getMessage());
                    return Capstan.REFUSED;
                })
                .execute(arguments);
        assertThat(code).isEqualTo(3);
        assertThat(errors.toString().lines()).singleElement().asString().contains("no node's data directory");
    }
}

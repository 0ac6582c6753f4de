package io.capstan.demo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.demo.node.DemoNode;
import io.capstan.demo.node.Lone;
import io.capstan.demo.process.NodeClient;
import io.capstan.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("capstan, asking a node that runs,")
@Timeout(120)
class ServicesCommandTest {
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

    private static Came capstan(String... arguments) {
        return Came.on(node.ready().http(), arguments);
    }

    private static void said(String out, String... arguments) {
        assertThat(capstan(arguments)).isEqualTo(new Came(0, out + "\n", ""));
    }

    @Test
    @DisplayName("registers a name, finds it, lists it and frees it")
    void names() throws IOException {
        assertThat(capstan("names", "register", "printer", "--within", "soon"))
                .satisfies(came -> assertThat(came.code()).isEqualTo(Capstan.REFUSED))
                .satisfies(came -> assertThat(came.err())
                        .isEqualTo("capstan: --within is a time as 500ms, 10s or 2m, got \"soon\"\n"));
        said("printer is registered, on node a", "names", "register", "printer", "--within", "3s");
        assertThat(capstan("names", "register", "printer"))
                .satisfies(came -> assertThat(came.code()).isEqualTo(Capstan.REFUSED))
                .satisfies(came -> assertThat(came.err())
                        .startsWith("capstan: ")
                        .contains("printer")
                        .hasLineCount(1));
        assertThat(capstan("names", "whereis", "printer").out()).startsWith("a  Actor[");
        assertThat(capstan("names", "whereis", "nobodys").code()).isEqualTo(Capstan.NOT_AS_EXPECTED);
        assertThat(capstan("names", "list", "pri", "--json")
                        .json()
                        .path("owner")
                        .asText())
                .isEqualTo("a");
        assertThat(capstan("names", "list").out())
                .contains("NAME", "NODE", "PROCESS")
                .contains("printer");
        said("printer is free", "names", "unregister", "printer");
        said("nobody had the name printer", "names", "unregister", "printer");
    }

    @Test
    @DisplayName("joins a group, publishes to it and leaves it")
    void groups() throws IOException {
        said("joined; room has 1 member: a", "groups", "join", "room");
        said("sent to 1 member, one message per node", "groups", "publish", "room", "hello, all");
        assertThat(capstan("groups", "members", "room", "--json")
                        .json()
                        .path("node")
                        .asText())
                .isEqualTo("a");
        assertThat(capstan("groups", "list").out()).contains("room");
        said("left", "groups", "leave", "room");
        assertThat(capstan("groups", "members", "room"))
                .isEqualTo(new Came(Capstan.NOT_AS_EXPECTED, "nobody is in the group room\n", ""));
    }

    @Test
    @DisplayName("counts, also downwards, and tells the largest")
    void counters() {
        said("1", "counters", "add", "visits");
        said("5", "counters", "add", "visits", "4");
        said("3", "counters", "add", "visits", "--", "-2");
        said("3", "counters", "get", "visits");
        said("9", "counters", "add", "views", "9");
        assertThat(capstan("counters", "top", "1", "--json").out()).isEqualTo("{\"name\":\"views\",\"value\":9}\n");
        assertThat(capstan("counters", "list", "vis").out()).contains("visits").doesNotContain("views");
        assertThat(capstan("counters", "top", "0").err()).contains("1 to 10000");
    }

    @Test
    @DisplayName("writes keys: at once, on a condition, and several together or not at all")
    void keys() throws IOException {
        Await.until(
                "the map is there", () -> capstan("kv", "put", "colour", "red").code() == 0);
        long version =
                capstan("kv", "get", "colour", "--json").json().path("version").asLong();
        assertThat(capstan("kv", "cas", "colour", "0", "blue"))
                .satisfies(came -> assertThat(came.code()).isEqualTo(Capstan.REFUSED))
                .satisfies(came -> assertThat(came.err()).contains("has version " + version));
        assertThat(capstan("kv", "cas", "colour", String.valueOf(version), "green")
                        .code())
                .isZero();
        said("green", "kv", "get", "colour");
        Path swap = Files.writeString(directory.resolve("swap.json"), """
                {"if": [{"key": "colour", "value": "green"}],
                 "then": [{"put": "shape", "value": "round"}, {"delete": "colour"}]}
                """);
        assertThat(capstan("kv", "txn", swap.toString()).out()).startsWith("done, version ");
        assertThat(capstan("kv", "txn", swap.toString()).code()).isEqualTo(Capstan.NOT_AS_EXPECTED);
        assertThat(capstan("kv", "get", "colour").code()).isEqualTo(Capstan.NOT_AS_EXPECTED);
        assertThat(capstan("kv", "list").out()).contains("shape").contains("round");
        said("shape is removed", "kv", "delete", "shape");
        assertThat(capstan("kv", "txn", "nowhere.json").err()).contains("no such file: nowhere.json");
    }

    @Test
    @DisplayName("watches a name, a group, a counter and keys: what is there, then each change")
    void watches() {
        NodeClient client = new NodeClient("a", node.ready().http());
        List<String> news = new CopyOnWriteArrayList<>();
        List<Thread> watchers = new ArrayList<>();
        for (String path : List.of("names/seen", "groups/seen", "counters/seen", "kv?prefix=seen")) {
            Thread watcher = new Thread(() -> client.follow("/watch/" + path, line -> news.add(line.toString())));
            watcher.setDaemon(true);
            watcher.start();
            watchers.add(watcher);
        }
        Await.until(
                "the name is free, as its watcher knows",
                () -> news.stream().anyMatch(line -> line.contains("\"owner\":\"\"")));
        Await.until("the group is empty", () -> news.stream().anyMatch(line -> line.contains("\"members\":[]")));
        capstan("names", "register", "seen");
        capstan("groups", "join", "seen");
        capstan("groups", "publish", "seen", "hello");
        capstan("counters", "add", "seen", "7");
        Await.until(
                "the key is written", () -> capstan("kv", "put", "seen", "yes").code() == 0);
        for (String expected : List.of(
                "\"owner\":\"a\"",
                "\"event\":\"joined\"",
                "\"event\":\"said\",\"group\":\"seen\",\"text\":\"hello\"",
                "\"value\":7",
                "\"key\":\"seen\",\"value\":\"yes\"")) {
            Await.until("news of " + expected, () -> news.stream().anyMatch(line -> line.contains(expected)));
        }
        watchers.forEach(Thread::interrupt);
    }

    @Test
    @DisplayName("tells how each node sees the cluster, and ends with 1 when one does not answer")
    void status() throws IOException {
        Await.until("its groups are led", () -> capstan("status").out().contains("LEADER"));
        assertThat(capstan("status").out()).contains("NODE", "LINKED TO").contains("nobody");
        assertThat(capstan("status", "--json").out().lines().findFirst().orElse(""))
                .startsWith("{\"node\":\"a\"");
        Came silent = capstan("status", "--node", node.ready().http() + ",127.0.0.1:1");
        assertThat(silent.code()).isEqualTo(Capstan.NOT_AS_EXPECTED);
        assertThat(silent.err()).startsWith("capstan: node 127.0.0.1:1 did not answer");
    }

    @Test
    @DisplayName("has an example in the help of every group of commands, no colours where nobody looks, and completion")
    void help() {
        for (String command : List.of("names", "groups", "counters", "kv", "status", "lab", "demo", "shell")) {
            assertThat(capstan(command, "--help").out())
                    .containsPattern("Examples?:")
                    .doesNotContain("\033[");
        }
        assertThat(capstan("--help").out()).contains("Exit codes:").contains("refused: one line");
        String completion = capstan("completion").out();
        assertThat(completion).contains("complete -F").contains("whereis");
        assertThat(Arrays.stream(completion.split("\n", -1)).filter(line -> line.contains("counters")))
                .isNotEmpty();
    }
}

package io.capstan.demo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.actors.Start;
import io.capstan.demo.Json;
import io.capstan.demo.node.DemoNode;
import io.capstan.demo.process.NodeClient;
import io.capstan.testkit.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("capstan raft")
@Timeout(180)
class RaftCommandTest {
    private static final String GROUP = "capstan-locks";
    private static final List<String> VOTERS = List.of("a", "b", "c");
    private static final Duration LIMIT = Duration.ofMinutes(3);

    @TempDir
    static Path directory;

    private static final List<DemoNode> NODES = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        for (String name : VOTERS) {
            NODES.add(DemoNode.start(new DemoNode.Settings(
                    name,
                    "127.0.0.1",
                    0,
                    0,
                    directory.resolve(name),
                    NODES.isEmpty()
                            ? Start.bootstrap()
                            : Start.joining(NODES.get(0).ready().link()),
                    VOTERS,
                    "local",
                    false)));
        }
        // As asked for again by hand: a group that nobody leads yet is a refusal.
        Await.until("a leader", LIMIT, () -> asked("a", "members", GROUP).code() == Capstan.OK);
    }

    @AfterAll
    static void stop() {
        NODES.parallelStream().forEach(DemoNode::stop);
    }

    /** {@code capstan raft …} through the door of that node. */
    private static Came asked(String node, String... words) {
        List<String> all = new ArrayList<>(List.of("raft"));
        all.addAll(List.of(words));
        all.addAll(List.of("--node", NODES.get(VOTERS.indexOf(node)).ready().http()));
        return Came.of(all.toArray(String[]::new));
    }

    private static Came done(String... words) {
        Came came = asked("a", words);
        assertThat(came.err()).isEmpty();
        assertThat(came.code()).isEqualTo(Capstan.OK);
        return came;
    }

    private static JsonNode group() throws Exception {
        return Json.MAPPER.readTree(done("members", GROUP, "--json").out());
    }

    private static List<String> names(String list) throws Exception {
        List<String> names = new ArrayList<>();
        group().path(list).forEach(name -> names.add(name.asText()));
        return names;
    }

    @Test
    @DisplayName(
            "members shows the group as its leader knows it, whichever node is asked, and all groups of the node without one")
    void members() throws Exception {
        JsonNode group = group();
        assertThat(group.path("group").asText()).isEqualTo(GROUP);
        assertThat(group.path("term").asLong()).isPositive();
        assertThat(group.path("commit").asLong()).isPositive();
        assertThat(group.path("members"))
                .allSatisfy(member -> assertThat(member.has("silent_millis")).isTrue());
        String table = asked("b", "members", GROUP).out();
        assertThat(table).startsWith("group " + GROUP + ": led by ").contains("NODE", "LOG TO", "SILENT");
        assertThat(table.lines().filter(line -> line.contains(" voter ") || line.contains(" learner ")))
                .hasSize(group.path("members").size());
        assertThat(table.lines().filter(line -> line.endsWith("  leads"))).hasSize(1);
        assertThat(asked("b", "members").out()).contains("group " + GROUP + ": led by ");
        assertThat(asked("c", "members", "--json").out()).contains("{\"group\":\"" + GROUP + "\",\"epoch\":");
    }

    @Test
    @DisplayName("remove, add, promote and transfer change it, and again change nothing")
    void changes() throws Exception {
        assertThat(done("transfer", GROUP, "a").out()).isEqualTo("group " + GROUP + ": a leads\n");
        assertThat(group().path("leader").asText()).isEqualTo("a");

        assertThat(done("remove", GROUP, "c").out()).isEqualTo("group " + GROUP + ": c is no member\n");
        assertThat(names("voters")).containsExactlyInAnyOrder("a", "b");
        assertThat(done("remove", GROUP, "c").out()).isEqualTo("group " + GROUP + ": c is no member\n");
        assertThat(asked("a", "transfer", GROUP, "c").err()).contains("has no voter on c: promote it first");

        assertThat(done("add", GROUP, "c").out()).isEqualTo("group " + GROUP + ": c is a member\n");
        assertThat(done("promote", GROUP, "c").out()).isEqualTo("group " + GROUP + ": c votes\n");
        assertThat(names("voters")).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(names("learners")).isEmpty();

        assertThat(done("transfer", GROUP, "c", "--json").out())
                .isEqualTo(
                        "{\"group\":\"" + GROUP + "\",\"step\":\"transfer\",\"member\":\"c\",\"now\":\"c leads\"}\n");
        assertThat(group().path("leader").asText()).isEqualTo("c");
    }

    @Test
    @DisplayName("backup has the node that is asked write a file, which offline restore makes the group again from")
    void saves() throws Exception {
        assertThat(done("snapshot", GROUP, "b").out()).contains("the snapshot of b goes to entry ");
        Path file = directory.resolve("saved");
        Came saved = asked("b", "backup", GROUP, file.toString());
        assertThat(saved.err()).isEmpty();
        assertThat(saved.out())
                .startsWith("group " + GROUP + " is saved to " + file + " on the machine of node b: recovery epoch ");
        assertThat(file).exists();

        Came again = asked("b", "backup", GROUP, file.toString());
        assertThat(again.code()).isEqualTo(Capstan.REFUSED);
        assertThat(again.err()).isEqualTo("capstan: " + file + " is there already\n");

        Came restored = Came.of(
                "raft",
                "offline",
                "restore",
                directory.resolve("elsewhere").toString(),
                file.toString(),
                "--node",
                "d");
        assertThat(restored.err()).isEmpty();
        assertThat(restored.out()).contains("is restored from " + file).contains("node d");
    }

    @Test
    @DisplayName("groups tells what the node asked has members of, and how each of them stands")
    void groups() throws Exception {
        assertThat(asked("b", "groups").out())
                .contains("GROUP", "ROLE", "IN REACH")
                .containsPattern(GROUP + " +(LEADER|FOLLOWER) +\\d+ +[abc] ");
        assertThat(Json.MAPPER
                        .readTree(asked("b", "groups", "--json")
                                .out()
                                .lines()
                                .findFirst()
                                .orElse(""))
                        .path("voters"))
                .hasSize(3);
    }

    @Test
    @DisplayName("of bad input is refused in one line")
    void refuses() {
        refused("no node with a member of it was reached", "members", "nobodys");
        refused("no node with a member of it was reached", "remove", "nobodys", "a");
        refused("uses A-Z a-z 0-9 . _ - only, got \"no spaces\"", "members", "no spaces");
        refused("uses A-Z a-z 0-9 . _ - only, got \"a/b\"", "remove", GROUP, "a/b");
        refused("1 to 64 characters", "add", "g".repeat(300), "a");
        refused("node a sees no node z, only [a, b, c]", "add", GROUP, "z");
        refused("node a sees no node z, only [a, b, c]", "promote", GROUP, "z");
        refused("node a sees no node z, only [a, b, c]", "snapshot", GROUP, "z");
        refused("has no voter on z: promote it first", "transfer", GROUP, "z");
        refused(
                "nowhere/file cannot be written",
                "backup",
                GROUP,
                directory.resolve("nowhere/file").toString());
        says(
                Capstan.REFUSED,
                "Start a node (capstan node --help)",
                Came.of("raft", "members", "--node", "127.0.0.1:1"));
        says(Capstan.USAGE, "GROUP", Came.of("raft", "add"));
        says(Capstan.USAGE, "NODE", Came.of("raft", "promote", GROUP));
        // What it was called before it went under offline.
        says(Capstan.USAGE, "verify", Came.of("raft", "verify", directory.toString()));
    }

    @Test
    @DisplayName("makes a relative file absolute itself: the door refuses one")
    void filesAreAbsolute() {
        NodeClient door = new NodeClient("a", NODES.get(0).ready().http());
        NodeClient.Answer answer = door.post("/raft/" + GROUP + "/backup?file=saved");
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.text("error")).isEqualTo("file is an absolute path of node a's file system, got \"saved\"");
        assertThat(door.post("/raft/" + GROUP + "/backup").text("error")).contains("file");
        assertThat(door.post("/raft/" + GROUP + "/add").text("error")).contains("member");
    }

    private static void refused(String said, String... words) {
        says(Capstan.REFUSED, said, asked("a", words));
    }

    private static void says(int code, String said, Came came) {
        assertThat(came.err()).startsWith("capstan: ").contains(said).hasLineCount(1);
        assertThat(came.code()).isEqualTo(code);
    }
}

package io.capstan.registry;

import static io.capstan.raft.Within.within;
import static io.capstan.registry.Members.done;
import static io.capstan.registry.RunbookNodes.GROUP;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.crdt.Counters;
import io.capstan.raft.Consistency;
import io.capstan.raft.DirectoryReport;
import io.capstan.raft.GroupDirectory;
import io.capstan.raft.RaftFailure;
import io.capstan.raft.Within;
import io.capstan.testkit.Await;
import io.capstan.testkit.BookPart;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every step of {@code docs/runbooks.md} is done here, and what the book says is so after it was so. */
@Timeout(180)
class RunbooksTest {
    private static final Within SOON = within(ofSeconds(20));
    private static final Duration LONG = ofSeconds(60);
    private static final Path BOOK = Path.of("../docs/runbooks.md");

    @TempDir
    Path root;

    private RunbookNodes nodes;
    private final List<String> rows = new ArrayList<>(List.of("| do | and then |", "|---|---|"));

    @BeforeEach
    void threeNodesHaveAGroup() {
        nodes = new RunbookNodes(root);
        nodes.bootstrap("a");
        nodes.start("b");
        nodes.start("c");
        done(nodes.raft("a").setConfiguration(GROUP, List.of("a", "b", "c")));
        put("a", "first", "1");
    }

    @AfterEach
    void close() {
        nodes.close();
    }

    /** A row of the book: what is done, and what it came to, which is told in words once it is so. */
    private void step(String what, Callable<String> seen) throws Exception {
        rows.add("| " + what + " | " + seen.call() + " |");
    }

    private void isSo(String part) throws IOException {
        assertThat(rows).isEqualTo(new BookPart(BOOK, part).lines(rows));
    }

    private void put(String node, String key, String value) {
        done(nodes.orders(node).put(key, value, SOON));
    }

    private String get(String node, String key) {
        return done(nodes.orders(node).get(key, Consistency.LINEARIZABLE, SOON))
                .map(entry -> "`" + new String(entry.value(), UTF_8) + "`")
                .orElse("nothing");
    }

    private String written(String node, String key) {
        put(node, key, "2");
        return "writes are done";
    }

    private static String refused(CompletionStage<?> stage) {
        try {
            done(stage);
            return "done";
        } catch (CompletionException failed) {
            return failed.getCause() instanceof RaftFailure refused ? "`" + refused.kind() + "`" : failed.toString();
        }
    }

    private String vote(String seenBy, String... who) {
        Await.until(
                String.join(", ", who) + " vote",
                LONG,
                () -> nodes.voters(seenBy).equals(List.of(who)));
        return String.join(", ", who) + " vote";
    }

    @Test
    void backupAndRestore() throws Exception {
        long before = nodes.epoch("a");
        Path file = root.resolve("orders.backup");
        step(
                "`capstan raft backup orders orders.backup`, as often as you can bear to lose what came since (`Raft.backup`)",
                () -> {
                    done(nodes.raft("b").backup(GROUP, file));
                    return "the file is on the disk of the node that was asked; the group goes on: "
                            + written("c", "later");
                });
        step("all nodes are lost, with their disks", () -> {
            List.of("a", "b", "c").forEach(nodes::lose);
            return "";
        });
        step("`capstan raft offline restore DIR orders.backup --node a`, into an empty directory", () -> {
            long epoch = GroupDirectory.restore(nodes.directory("a"), "a", file, RunbookNodes.config())
                    .epoch();
            return epoch > before ? "the epoch is higher: older fencing tokens are refused" : "the epoch fell";
        });
        step("start a on that directory, with `--bootstrap`", () -> {
            nodes.bootstrap("a");
            return "what was saved is there (`first` is " + get("a", "first")
                    + "), what came after the backup is not (`later` is " + get("a", "later") + ")";
        });
        step("start b and c on empty directories, with `--join` to a", () -> {
            nodes.start("b");
            nodes.start("c");
            return "they join the group by themselves: " + vote("a", "a", "b", "c");
        });
        isSo("backup");
    }

    @Test
    void lossOfTheMajority() throws Exception {
        long before = nodes.epoch("a");
        step("a and b are lost, with their disks; c runs on", () -> {
            nodes.lose("a");
            nodes.lose("b");
            return "names, groups and counters go on; a write of the group fails with "
                    + refused(nodes.orders("c").put("more", "1", within(ofMillis(1_500)))) + ", a `stale` read answers "
                    + done(nodes.orders("c").get("first", Consistency.stale(0), SOON))
                            .map(entry -> "`" + new String(entry.value(), UTF_8) + "`")
                            .orElse("nothing");
        });
        step("make sure that neither comes back: what they alone have is given up", () -> "");
        step("stop c; `capstan raft offline verify DIR`", () -> {
            nodes.stop("c");
            return DirectoryReport.verify(nodes.directory("c"), RunbookNodes.config()).members().stream()
                            .allMatch(DirectoryReport.Member::sound)
                    ? "every member in it is sound"
                    : "damaged";
        });
        step("`capstan raft offline recover DIR orders --lost a,b`, and the same for each other group", () -> {
            long epoch = GroupDirectory.recover(nodes.directory("c"), GROUP, Set.of("a", "b"), RunbookNodes.config())
                    .epoch();
            return epoch > before ? "the epoch is higher: older fencing tokens are refused" : "the epoch fell";
        });
        step("start c", () -> {
            nodes.start("c");
            return "all that c had is there (`first` is " + get("c", "first") + "); " + written("c", "more");
        });
        step("start a and b on empty directories, with `--join` to c", () -> {
            nodes.start("a");
            nodes.start("b");
            return "they join the group by themselves: " + vote("c", "a", "b", "c");
        });
        isSo("majority");
    }

    @Test
    void aDiskReplaced() throws Exception {
        long incarnation = nodes.raft("c").status(GROUP).orElseThrow().incarnation();
        step("c is lost, with its disk", () -> {
            nodes.lose("c");
            return "a and b go on: " + written("a", "more");
        });
        step("start c on an empty directory, with `--join` to a", () -> {
            nodes.start("c");
            String voters = vote("a", "a", "b", "c");
            Await.until(
                    "c is another member",
                    () -> nodes.raft("c").status(GROUP).orElseThrow().incarnation() != incarnation);
            return "it joins as another member, learns, and takes the place of the one that was: " + voters
                    + "; it has all (`more` is " + get("c", "more") + ")";
        });
        isSo("disk");
    }

    @Test
    void aNodeGoneForGood() throws Exception {
        Name<String> desk = Name.of("desk", String.class);
        ActorRef<String> process = nodes.node("c").spawn(Behaviors.ignore(), "desk");
        done(Names.get(nodes.node("c")).register(desk, process, ofSeconds(20)));
        step("c is gone", () -> {
            nodes.lose("c");
            Await.until(
                    "its name is free",
                    () -> Names.get(nodes.node("a")).whereis(desk).isEmpty());
            return "its names are free, its groups left; " + written("a", "more");
        });
        step("start d in its place, with `--join` to a", () -> {
            nodes.start("d");
            return "it learns, and takes c's vote once nobody has heard of c for `capstan.raft.membership.replace-after`: "
                    + vote("a", "a", "b", "d");
        });
        step("forget c on each node: `Node.forget(\"c\")`", () -> {
            for (String name : List.of("a", "b", "d")) {
                done(nodes.node(name).forget("c"));
            }
            return "it is called no more, and Pekko is told that it is down";
        });
        isSo("gone");
    }

    @Test
    void aRollingRestart() throws Exception {
        Counters.get(nodes.node("a")).counter("visits").add(3);
        for (String name : List.of("b", "c")) {
            Await.until(
                    "it has heard of it",
                    () -> Counters.get(nodes.node(name)).counter("visits").value() == 3);
        }
        for (String name : List.of("c", "b", "a")) {
            String other = name.equals("a") ? "b" : "a";
            step("stop " + name + " in order (SIGTERM, `Node.stop`)", () -> {
                nodes.stop(name);
                return "the others see it at once; if it led, another leads: " + written(other, "without-" + name);
            });
            step("start " + name + "; go on when it is ready (`Node.health`) and all voters are reached again", () -> {
                nodes.start(name);
                Await.until("it is ready", LONG, () -> nodes.node(name).health().ready());
                Await.until(
                        "all are reached",
                        LONG,
                        () -> nodes.raft(name).status(GROUP).orElseThrow().votersReached() == 3);
                Await.until(
                        "it has heard what was counted",
                        LONG,
                        () -> Counters.get(nodes.node(name)).counter("visits").value() == 3);
                return "it has all (`without-" + name + "` is " + get(name, "without-" + name)
                        + "), and knows what counters in memory had counted";
            });
        }
        isSo("rolling");
    }
}

package io.capstan.registry;

import static io.capstan.raft.Within.within;
import static io.capstan.registry.Members.done;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.Call;
import io.capstan.actors.NodeEvent;
import io.capstan.actors.process.Down;
import io.capstan.actors.process.Processes;
import io.capstan.crdt.Ack;
import io.capstan.crdt.Counters;
import io.capstan.crdt.Read;
import io.capstan.raft.Raft;
import io.capstan.raft.kv.KeyValue;
import io.capstan.registry.group.Group;
import io.capstan.registry.group.GroupEvent;
import io.capstan.testkit.BookPart;
import io.capstan.testkit.TestCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Every row of {@code docs/partitions.md}: c is cut off from a and b, and what each side is told is what the book says. {@code
 * -Dbooks.regenerate=true} writes the book's tables anew.
 */
@Timeout(180)
class PartitionsTest {
    private static final BookPart BOOK = new BookPart(Path.of("../docs/partitions.md"), "table");
    private static final Duration SOON = ofSeconds(10);
    /** What is hopeless ends by this. */
    private static final Duration SHORT = ofMillis(1_500);

    @RegisterExtension
    static final TestCluster cluster = Members.cluster("a", "b", "c")
            .with("capstan.raft.voters = [a, b, c]\n" + "capstan.registry.consistent { start = on, session-ttl = 1s }");

    private static final Members members = Members.of(cluster);

    private final PartitionBook book = new PartitionBook(cluster);

    @Test
    void whatTheBookSaysOfASplitIsSo() throws Exception {
        new NodesAndProcesses();
        new NamesAndGroups();
        new Counts();
        new ConsistentSide(cluster, book);

        book.play(() -> members.split("c"), members::heal);

        assertThat(book.rows()).isEqualTo(BOOK.lines(book.rows()));
    }

    @Test
    void whatAThirdNodeBridgesIsNoSplit() {
        Probe<String> process = Probe.of(members.node("a"));
        Name<String> name = Name.of("partitions.bridged", String.class);
        done(members.names("a").register(name, process.ref(), SOON));
        for (String member : cluster.names()) {
            KeyValue.startPeer(Raft.get(members.node(member)), "bridged");
        }
        done(Raft.get(members.node("a")).setConfiguration("bridged", cluster.names()));
        done(Raft.get(members.node("a")).transferLeadership("bridged", "a"));
        KeyValue map = KeyValue.of(Raft.get(members.node("c")), "bridged");
        done(map.put("k", "before", within(SOON)));

        cluster.cut("a").from("c");
        cluster.await("they have lost each other", () -> !cluster.sees("c", "a"));
        counters("a").counter("partitions.bridged").increment();

        assertThat(members.names("c").whereis(name)).isPresent();
        cluster.await(
                "c reads it", () -> counters("c").counter("partitions.bridged").value() == 1);
        assertThat(book.told(map.put("k", "bridged", within(SOON)).thenApply(version -> "done")))
                .isEqualTo("done");
        assertThat(book.told(Call.to(members.names("c").whereis(name).orElseThrow(), reply -> "never answered", SHORT)))
                .startsWith("`NOCONNECTION`");
    }

    private static Counters counters(String member) {
        return Counters.get(members.node(member));
    }

    private static String bool(boolean answer, String yes, String no) {
        return answer ? yes : no;
    }

    private final class NodesAndProcesses {
        private final Probe<NodeEvent> events = Probe.listening(members.node("c"));
        private final ActorRef<String> onA = members.node("a").spawn(Behaviors.ignore(), "partitions-on-a");
        private final ActorRef<String> seenByC = seenBy("c", Name.of("partitions.on-a", String.class), onA);
        private final CompletableFuture<Down> down = new CompletableFuture<>();
        private final CompletionStage<String> underWay = Call.to(seenByC, reply -> "never answered", SOON);

        NodesAndProcesses() {
            members.node("c").monitorNodes(events.ref());
            Processes.monitor(members.node("c").system(), seenByC, down::complete);
            book.section("nodes")
                    .row("`node.nodes()`", () -> nodes("c"), () -> nodes("a"), () -> nodes("c"))
                    .row(
                            "`node.subscribe`",
                            () -> book.until(
                                    "`NodeDown`, `NodeHidden` of each other",
                                    () -> count(NodeEvent.NodeHidden.class) == 2
                                            && count(NodeEvent.NodeDown.class) == 2),
                            () -> "the same of c",
                            () -> book.until("`NodeVisible`, `NodeUp`", () -> count(NodeEvent.NodeUp.class) == 4))
                    .row(
                            "`Call.to` a process of the other side, under way when it came",
                            () -> book.told(underWay),
                            () -> "the same",
                            () -> "")
                    .row(
                            "`Call.to`, begun meanwhile",
                            () -> book.told(Call.to(seenByC, reply -> "never answered", SHORT)),
                            () -> "the same",
                            () -> book.told(Call.<String, String>to(seenByC, reply -> "never answered", SHORT)))
                    .row(
                            "`Processes.monitor` of such a process",
                            () -> "`Down` with `" + done(down).reason().kind() + "`, once",
                            () -> "the same",
                            () -> "nothing more: monitor it again");
        }

        private long count(Class<? extends NodeEvent> type) {
            return events.received().stream().filter(type::isInstance).count();
        }

        private String nodes(String member) {
            List<String> all = members.node(member).nodes().stream()
                    .map(node -> node.name())
                    .sorted()
                    .toList();
            return all.isEmpty() ? "nobody" : String.join(", ", all);
        }
    }

    /** A process of another node, as this one knows it: by a name. */
    private static ActorRef<String> seenBy(String member, Name<String> name, ActorRef<String> process) {
        done(members.names("a").register(name, process, SOON));
        return members.names(member).whereis(name).orElseThrow();
    }

    private final class NamesAndGroups {
        private final Name<String> stock = Name.of("partitions.stock", String.class);
        private final Name<String> printer = Name.of("partitions.printer", String.class);
        private final Group<String> room = Group.of("partitions.room", String.class);
        private final Probe<String> a = Probe.of(members.node("a"));
        private final Probe<String> printerOfA = Probe.of(members.node("a"));
        private final Probe<String> printerOfC = Probe.of(members.node("c"));
        private final Probe<NameEvent<String>> names = Probe.listening(members.node("c"));
        private final Probe<GroupEvent<String>> groups = Probe.listening(members.node("c"));

        NamesAndGroups() {
            done(members.names("a").register(stock, a.ref(), SOON));
            done(members.groups("a").join(room, a.ref()));
            done(members.groups("c").join(room, printerOfC.ref()));
            done(members.names("c").monitor(stock, names.ref()));
            cluster.await(
                    "c shows both members",
                    () -> members.groups("c").members(room).size() == 2);
            done(members.groups("c").monitor(room, groups.ref()));
            book.section("names")
                    .row(
                            "`whereis` of a name of a's",
                            () -> owner("c", stock),
                            () -> owner("a", stock),
                            () -> owner("c", stock))
                    .row(
                            "`send` to it",
                            () -> book.told(() -> members.names("c").send(stock, "hello")),
                            () -> book.told(() -> members.names("b").send(stock, "hello")),
                            () -> book.told(() -> members.names("c").send(stock, "hello")))
                    .row(
                            "`monitor` of it",
                            () -> book.until("`Free`", () -> last(names.received()) instanceof NameEvent.Free),
                            () -> "nothing: it goes on",
                            () -> book.until("`Owned`", () -> last(names.received()) instanceof NameEvent.Owned))
                    .row(
                            "`register` of a name on both sides",
                            () -> book.told(members.names("c").register(printer, printerOfC.ref(), SOON)),
                            () -> book.told(members.names("a").register(printer, printerOfA.ref(), SOON)),
                            () -> book.until(
                                    "one owner, the same on every node; the other process is stopped",
                                    () -> printerOfA.hasStopped() != printerOfC.hasStopped()
                                            && owner("a", printer).equals(owner("c", printer))
                                            && owner("b", printer).equals(owner("c", printer))))
                    .row(
                            "`unregister` of a name of the other side's",
                            () -> bool(
                                    done(members.names("c").unregister(stock, SOON)),
                                    "it was there",
                                    "`false`: nobody has it here"),
                            () -> "the same",
                            () -> "")
                    .section("groups")
                    .row("`members`", () -> inRoom("c"), () -> inRoom("a"), () -> "")
                    .row(
                            "`monitor`",
                            () -> book.until(
                                    "`Left`, the other side's at once",
                                    () -> last(groups.received()) instanceof GroupEvent.Left),
                            () -> "the same",
                            () -> book.until(
                                    "`Joined`",
                                    () -> last(groups.received()) instanceof GroupEvent.Joined
                                            || members.groups("a").members(room).size() == 1))
                    .row(
                            "`publish`, `call`",
                            () -> "reach " + inRoom("c"),
                            () -> "reach " + inRoom("a"),
                            () -> "reach all");
        }

        private String owner(String member, Name<String> name) {
            return members.names(member)
                    .owner(name)
                    .map(owner -> owner.node().name())
                    .orElse("nobody");
        }

        private String inRoom(String member) {
            List<String> nodes = members.groups(member).entries(room).stream()
                    .map(entry -> entry.node().name())
                    .sorted()
                    .toList();
            return String.join(", ", nodes) + "'s";
        }
    }

    private static <T> Object last(List<T> all) {
        return all.isEmpty() ? "" : all.get(all.size() - 1);
    }

    private final class Counts {
        private final Duration wait = ofSeconds(1);

        Counts() {
            counters("a").bounded("partitions.seats").add(4);
            counters("a").counter("partitions.visits").add(1);
            cluster.await(
                    "c has heard",
                    () -> counters("c").counter("partitions.visits").value() == 1
                            && counters("c").bounded("partitions.seats").value() == 4);
            book.section("counters")
                    .row(
                            "`add(1)`, `value()` after it",
                            () -> added("c"),
                            () -> added("a"),
                            () -> book.until(
                                    "3",
                                    () -> counters("c")
                                                    .counter("partitions.visits")
                                                    .value()
                                            == 3))
                    .row(
                            "`add(1, Ack.replicas(1))`",
                            () -> acknowledged("c"),
                            () -> acknowledged("a"),
                            () -> book.until(
                                    "both count",
                                    () -> counters("b")
                                                    .counter("partitions.safe")
                                                    .value()
                                            == 2))
                    .row(
                            "`add(\"order-1\", …, Ack.replicas(1))` on both sides",
                            () -> operation("c"),
                            () -> operation("a"),
                            () -> book.until(
                                    "counts once",
                                    () -> counters("b")
                                                    .counter("partitions.sold")
                                                    .value()
                                            == 1))
                    .row("`value(Read.from(1))`", () -> read("c"), () -> read("a"), () -> read("c"))
                    .row(
                            "`bounded.tryTake(1)`, whose rights are a's",
                            () -> bool(counters("c").bounded("partitions.seats").tryTake(1), "`true`", "`false`"),
                            () -> bool(counters("a").bounded("partitions.seats").tryTake(1), "`true`", "`false`"),
                            () -> "")
                    .row(
                            "`bounded.take(1, …)`, likewise",
                            () -> book.told(
                                    counters("c").bounded("partitions.seats").take(1, wait)),
                            () -> book.told(
                                    counters("a").bounded("partitions.seats").take(1, wait)),
                            () -> book.told(
                                    counters("c").bounded("partitions.seats").take(1, SOON)));
        }

        private String added(String member) {
            counters(member).counter("partitions.visits").add(1);
            return String.valueOf(counters(member).counter("partitions.visits").value());
        }

        private String acknowledged(String member) {
            return book.told(counters(member)
                    .counter("partitions.safe")
                    .add(1, Ack.replicas(1).within(wait)));
        }

        private String operation(String member) {
            return book.told(counters(member)
                    .add(
                            "order-1",
                            Map.of("partitions.sold", 1L),
                            Ack.replicas(1).within(wait)));
        }

        private String read(String member) {
            return book.told(counters(member)
                    .counter("partitions.visits")
                    .value(Read.from(1).within(wait)));
        }
    }
}

package io.capstan.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.capstan.testkit.ArteryCut;
import io.capstan.testkit.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.pekko.actor.ActorSelection;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.remote.RemoteActorRefProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;

@SuppressWarnings("NullAway.Init") // startTwo() comes first.
@DisplayName("A kept node comes back as a fresh system of the same cluster")
class KeptNodeTest {
    private static final Duration LONG = Duration.ofSeconds(40);

    private static final List<KeptNode> kept = new ArrayList<>();
    private static final List<NodeId> begun = new CopyOnWriteArrayList<>();

    @TempDir
    static Path directory;

    private static KeptNode a;
    private static KeptNode b;

    @BeforeAll
    static void startTwo() {
        a = keep("a", Start.bootstrap());
        b = keep("b", Start.joining(a.node().address()));
    }

    @BeforeEach
    void isOneCluster() {
        awaitOneCluster("one cluster, whatever the test before did");
    }

    @AfterAll
    static void stopAll() throws Exception {
        CompletableFuture.allOf(kept.stream()
                        .map(node -> node.stop().toCompletableFuture())
                        .toArray(CompletableFuture<?>[]::new))
                .get(30, TimeUnit.SECONDS);
    }

    private static KeptNode keep(String name, Start start) {
        return keep(name, start, fresh -> begun.add(fresh.id()));
    }

    private static KeptNode keep(String name, Start start, Consumer<Node> begin) {
        KeptNode node = KeptNode.start(() -> Node.start(name, start, config(name)), begin);
        kept.add(node);
        return node;
    }

    private static Config config(String name) {
        return ConfigFactory.parseString(
                "capstan.actors { link { port = 0, heartbeat = 200 ms }, membership-apart-max = 1s, directory = \""
                        + directory.resolve(name) + "\" }, pekko.cluster { gossip-interval = 100 ms, "
                        + "leader-actions-interval = 100 ms, periodic-tasks-initial-delay = 50 ms, "
                        + "allow-weakly-up-members = 500 ms }, pekko.remote.artery.advanced { test-mode = on, "
                        + "give-up-system-message-after = 1s, system-message-resend-interval = 200 ms, shutdown-flush-timeout = 100 ms }, "
                        + "pekko.coordinated-shutdown.phases { cluster-leave.timeout = 100 ms, "
                        + "cluster-exiting.timeout = 100 ms, cluster-exiting-done.timeout = 100 ms }");
    }

    private static void awaitOneCluster(String description) {
        Await.until(description, LONG, () -> {
            assertThat(a.node().nodes()).containsExactly(b.node().id());
            assertThat(b.node().nodes()).containsExactly(a.node().id());
            assertThat(a.node().internals().cluster())
                    .isEqualTo(b.node().internals().cluster());
            assertThat(members(a)).contains(member(a), member(b));
            assertThat(members(b)).contains(member(a), member(b));
            return true;
        });
    }

    private static List<String> members(KeptNode node) {
        List<String> present = new ArrayList<>();
        for (Member member : cluster(node).state().getMembers()) {
            if (member.status() == MemberStatus.up() || member.status() == MemberStatus.weaklyUp()) {
                present.add(member.uniqueAddress().toString());
            }
        }
        return present;
    }

    private static String member(KeptNode node) {
        return cluster(node).selfMember().uniqueAddress().toString();
    }

    private static Cluster cluster(KeptNode node) {
        return Cluster.get(node.node().system());
    }

    @Test
    void whenAnotherHasPutItIntoQuarantine() {
        NodeId before = b.node().id();
        var quarantined = cluster(b).selfMember().uniqueAddress();
        List<NodeEvent> events = new CopyOnWriteArrayList<>();
        b.node().subscribe(events::add);
        var classic = (ExtendedActorSystem) Adapter.toClassic(a.node().system());
        ((RemoteActorRefProvider) classic.provider())
                .transport()
                .quarantine(quarantined.address(), Option.apply(quarantined.longUid()), "a test says so");
        // What it says to whoever did it is answered with the news.
        Await.until("b is told and comes back", LONG, () -> {
            say(b, a);
            return b.node().id().incarnation() > before.incarnation();
        });
        String by = cluster(a).selfMember().address().toString();
        assertThat(events)
                .anyMatch(event -> event instanceof NodeEvent.NodeQuarantined told
                        && told.node().equals(before)
                        && told.by().startsWith(by));
        awaitOneCluster("one cluster again");
        assertThat(begun)
                .as("what runs on it was begun on the fresh one")
                .contains(b.node().id());
    }

    @Test
    void whenItWasDeclaredDown() {
        NodeId before = b.node().id();
        cluster(a).manager().tell(new Down(cluster(b).selfMember().address()));
        Await.until("b is told and comes back", LONG, () -> {
            say(b, a);
            return b.node().id().incarnation() > before.incarnation();
        });
        awaitOneCluster("one cluster again");
    }

    /** As a split brain resolver does that decides by what it saw before: neither system hears of the other again. */
    @Test
    void whenEachSideHasDeclaredTheOtherDownAndItIsTheLesser() throws Exception {
        // It is judged only while all are there who are remembered: nodes of other tests are not.
        for (String other : List.of("c", "d")) {
            a.node().forget(other).toCompletableFuture().get(30, TimeUnit.SECONDS);
            b.node().forget(other).toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
        NodeId before = b.node().id();
        NodeId greater = a.node().id();
        ArteryCut ends = new ArteryCut(a.node().system());
        ends.cut(cluster(b).selfMember().address());
        new ArteryCut(b.node().system()).cut(cluster(a).selfMember().address());
        Await.until(
                "neither hears of the other",
                LONG,
                () -> !cluster(a).state().getUnreachable().isEmpty()
                        && !cluster(b).state().getUnreachable().isEmpty());
        cluster(a).manager().tell(new Down(cluster(b).selfMember().address()));
        cluster(b).manager().tell(new Down(cluster(a).selfMember().address()));

        Await.until("b gives up and comes back", LONG, () -> b.node().id().incarnation() > before.incarnation());

        // Nobody was cut off from the fresh one.
        awaitOneCluster("one cluster again");
        assertThat(a.node().id()).isEqualTo(greater);
        ends.healAll();
    }

    @Test
    void whenAPartitionLastedLongerThanPekkoKeepsItsSystemMessages() {
        NodeId before = b.node().id();
        ActorRef<String> watched = ActorRefResolver.get(a.node().system())
                .resolveActorRef(ActorRefResolver.get(b.node().system())
                        .toSerializationFormat(b.node().spawn(Behaviors.<String>ignore(), "watched")));
        ArteryCut ends = new ArteryCut(a.node().system());
        ends.cut(cluster(b).selfMember().address());
        List<Throwable> lost = new CopyOnWriteArrayList<>();
        // A watch is a system message: it is given up, and its target's system put into quarantine.
        a.node()
                .spawn(
                        Behaviors.<String>setup(context -> {
                            context.watchWith(watched, "gone");
                            return Behaviors.receiveMessage(gone -> {
                                lost.add(new IllegalStateException(gone));
                                return Behaviors.same();
                            });
                        }),
                        "watcher");
        Await.until("the watch is given up", LONG, () -> !lost.isEmpty());
        ends.healAll();
        Await.until("b is told and comes back", LONG, () -> {
            say(b, a);
            return b.node().id().incarnation() > before.incarnation();
        });
        awaitOneCluster("one cluster again");
    }

    @Test
    void butNotWhenItIsStopped() throws Exception {
        KeptNode c = keep("c", Start.joining(a.node().address()));
        Await.until("a has c", LONG, () -> a.node().nodes().contains(c.node().id()));
        c.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);
        Await.until("a has b alone", LONG, () -> a.node().nodes().size() == 1);
        assertThat(begun.stream().filter(id -> id.name().equals("c"))).hasSize(1);
    }

    @Test
    void andAFirstStartThatFailsIsToldAndLeavesNothingRunning() {
        assertThatThrownBy(() -> keep("d", Start.joining(a.node().address()), node -> {
                    throw new IllegalStateException("no application");
                }))
                .hasMessage("no application");
        Await.until(
                "nobody of that name is linked", LONG, () -> a.node().nodes().size() == 1);
    }

    @Test
    void andWhoeverAsksWhileItStartsIsGivenTheOneThatRanLast() throws Exception {
        CompletableFuture<KeptNode> itself = new CompletableFuture<>();
        CompletableFuture<Node> seen = new CompletableFuture<>();
        KeptNode alone = keep("alone", Start.bootstrap(), fresh -> {
            if (itself.isDone()) {
                CompletableFuture.supplyAsync(() -> itself.join().node())
                        .orTimeout(10, TimeUnit.SECONDS)
                        .handle((node, late) -> late == null ? seen.complete(node) : seen.completeExceptionally(late))
                        .join();
            }
        });
        Node first = alone.node();
        itself.complete(alone);
        first.system().terminate();
        assertThat(seen.get(30, TimeUnit.SECONDS)).isSameAs(first);
    }

    /** A user's message, which Artery carries. */
    private static void say(KeptNode from, KeptNode to) {
        ActorSelection anybody = Adapter.toClassic(from.node().system())
                .actorSelection(Cluster.get(to.node().system()).selfMember().address() + "/deadLetters");
        anybody.tell("hello", org.apache.pekko.actor.ActorRef.noSender());
    }
}

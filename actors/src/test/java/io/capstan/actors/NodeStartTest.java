package io.capstan.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.capstan.actors.process.Subject;
import io.capstan.actors.supervisor.Task;
import io.capstan.testkit.Await;
import io.capstan.testkit.Ports;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.InvalidActorNameException;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeStartTest {
    @TempDir
    Path directory;

    private final List<Node> nodes = new ArrayList<>();

    @AfterEach
    void stopAll() throws Exception {
        for (Node node : nodes) {
            node.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void aNodeOfAnOwnSystemAndANodeOfAProgramsSystemAreOneCluster() throws Exception {
        Node a = start("a", Start.bootstrap(), 0);
        int port = port(a);
        Config config = ConfigFactory.parseString(
                        "pekko.cluster.jmx.enabled = off, capstan.actors { name = w, join = [\"127.0.0.1:" + port
                                + "\"] }, pekko { actor.provider = cluster, remote.artery.canonical { hostname = 127.0.0.1, port = 0 } }")
                .withFallback(place("w", 0));
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "capstan", ConfigFactory.load(config));
        Node w = Node.get(system);
        assertThat(Node.get(system)).isSameAs(w);
        List<NodeEvent> events = new CopyOnWriteArrayList<>();
        w.monitorNodes(w.spawn(
                Behaviors.<NodeEvent>receiveMessage(event -> {
                    events.add(event);
                    return Behaviors.same();
                }),
                "listener"));
        Await.until("a is up", () -> events.contains(new NodeEvent.NodeUp(a.id())));
        nodes.remove(a);
        a.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);
        Await.until("a is down", () -> events.contains(new NodeEvent.NodeDown(a.id(), NodeEvent.Reason.STOPPED)));
        w.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertThat(system.getWhenTerminated().toCompletableFuture())
                .as("the program's own system is left to the program")
                .isNotDone();
        system.terminate();
    }

    @Test
    void servicesAreStartedOnceAndClosedInReverse() throws Exception {
        Node a = start("a", Start.bootstrap(), 0);
        List<String> closed = new ArrayList<>();
        First first = a.internals().service(First.class, node -> {
            node.internals().service(Second.class, same -> new Second(closed));
            return new First(closed);
        });
        assertThat(a.internals().service(First.class, node -> new First(closed)))
                .isSameAs(first);
        assertThatThrownBy(() -> a.internals()
                        .service(Loop.class, node -> node.internals().service(Loop.class, again -> new Loop())))
                .hasMessageContaining("asks for itself");
        a.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertThat(closed)
                .as("Second was asked for by First, which needs it until its own end")
                .containsExactly("first", "second");
    }

    @Test
    void twoActorsOfANodeHaveNoNameInCommon() throws Exception {
        Node a = start("a", Start.bootstrap(), 0);
        a.spawn(dyingWhenTold(), "one");
        assertThatThrownBy(() -> a.spawn(dyingWhenTold(), "one")).isInstanceOf(InvalidActorNameException.class);
        assertThatThrownBy(() -> a.spawn(dyingWhenTold(), "no name")).isInstanceOf(InvalidActorNameException.class);
    }

    @Test
    void aNodeThatHasStoppedStartsNothingMoreAndSaysSo() throws Exception {
        Node a = start("a", Start.bootstrap(), 0);
        a.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);

        for (ThrowingCallable late : List.<ThrowingCallable>of(
                () -> a.spawn(dyingWhenTold(), "late"),
                () -> a.internals().service(First.class, node -> new First(new ArrayList<>())),
                () -> Task.start(a.system(), () -> "late"))) {
            assertThatThrownBy(late)
                    .isInstanceOfSatisfying(
                            StoppingFailure.class,
                            refused -> assertThat(refused.next()).isEqualTo(Failure.Next.DO_NOT_RETRY));
        }
    }

    @Test
    void aNodeWhoseVitalActorDiesStopsAndOneWhoseOtherActorDiesDoesNot() throws Exception {
        Node a = start("a", Start.bootstrap(), 0);
        a.spawn(dyingWhenTold(), "other").tell("die");
        ActorRef<String> vital = a.internals().spawnVital(dyingWhenTold(), "vital");
        assertThat(a.system().getWhenTerminated().toCompletableFuture()).isNotDone();

        vital.tell("die");

        a.system().getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
        // Its port and its directory are free again.
        start("a", Start.returning(), 0);
    }

    @Test
    void aNodeThatWasLinkedBeforeItListenedIsWatchedAndWatchesAllTheSame() throws Exception {
        Node a = start("a", Start.bootstrap(), 0);
        Config hasty = ConfigFactory.parseString("picky.misses = 8");
        Node b = Node.start("b", Start.joining(a.address()), hasty.withFallback(place("b", 0)));
        nodes.add(b);
        Subject near = new Subject(a.system());
        Subject far = new Subject(b.system());
        Subject.Fate nearsFate = new Subject.Fate(b.system(), seenFrom(b, a, near.ref()));
        Subject.Fate farsFate = new Subject.Fate(a.system(), seenFrom(a, b, far.ref()));
        near.stop();
        far.stop();
        // Either it was watched before it ended, or it was gone by then.
        assertThat(nearsFate.await().kind()).isIn(ExitReason.Kind.NORMAL, ExitReason.Kind.NOPROC);
        assertThat(farsFate.await().kind()).isIn(ExitReason.Kind.NORMAL, ExitReason.Kind.NOPROC);
    }

    private static <T> ActorRef<T> seenFrom(Node node, Node home, ActorRef<T> ref) {
        return ActorRefResolver.get(node.system())
                .resolveActorRef(ActorRefResolver.get(home.system()).toSerializationFormat(ref));
    }

    private static Behavior<String> dyingWhenTold() {
        return Behaviors.receiveMessage(told -> {
            throw new IllegalStateException("on purpose");
        });
    }

    @Test
    void aNodeThatIsToldNothingKnowsNoCluster() {
        assertThatThrownBy(() -> start("a", Start.returning(), 0))
                .isInstanceOfSatisfying(StartFailure.class, refused -> {
                    assertThat(refused.kind()).isEqualTo(StartFailure.Kind.NO_CLUSTER);
                    assertThat(refused.next()).isEqualTo(Failure.Next.DO_NOT_RETRY);
                });
    }

    @Test
    void aNodeThatIsToFormAClusterWithOthersFormsNoneWhileTheyAreSilent() throws Exception {
        int own = Ports.free();
        try (ServerSocket silent = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
            silent.setSoTimeout(30_000);
            Node a = start("a", Start.bootstrapAmong("127.0.0.1:" + own, "127.0.0.1:" + silent.getLocalPort()), own);
            for (int calls = 0; calls < 3; calls++) {
                silent.accept().close();
            }
            assertThat(a.internals().cluster()).isEmpty();
            assertThat(a.health().ready()).isFalse();
        }
        int another = Ports.free();
        Node alone = start("alone", Start.bootstrapAmong("127.0.0.1:" + another), another);
        assertThat(alone.internals().cluster()).isNotEmpty();
    }

    @Test
    void aPortInUseIsToldInOneLineAndNothingIsLeftRunning() throws Exception {
        Node a = start("a", Start.bootstrap(), 0);
        int port = port(a);
        assertThatThrownBy(() -> start("b", Start.bootstrap(), port))
                .isInstanceOfSatisfying(
                        StartFailure.class,
                        refused -> assertThat(refused.getMessage())
                                .contains("127.0.0.1:" + port)
                                .doesNotContain("\n"));
        // Its directory is free again, and the cluster that it was to form never was.
        Node b = start("b", Start.joining("127.0.0.1:" + port), 0);
        Await.until("b belongs to a's cluster", () -> b.nodes().contains(a.id()));
    }

    @Test
    void aBadSettingIsNamedWithItsValue() {
        assertThatThrownBy(() -> start("no spaces", Start.bootstrap(), 0))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("capstan.actors.name")
                .hasMessageContaining("no spaces");
        Config hasty = ConfigFactory.parseString("capstan.actors.link.silence-max = 1s");
        assertThatThrownBy(() -> Node.start("a", Start.bootstrap(), hasty.withFallback(place("a", 0))))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("capstan.actors.link.silence-max")
                .hasMessageContaining("PT1S");
        Config bare = ConfigFactory.parseString("capstan.actors.tls.enabled = on");
        assertThatThrownBy(() -> Node.start("a", Start.bootstrap(), bare.withFallback(place("a", 0))))
                .isInstanceOf(StartFailure.class)
                .hasMessage("capstan.actors.tls.authority: must be set, as capstan.actors.tls.enabled is on");
    }

    @Test
    void aBadSettingOfAServiceThatRunsOnEveryNodeRefusesTheStartAndLeavesNothingRunning() throws Exception {
        Config bad = ConfigFactory.parseString("picky.limit = -1");
        assertThatThrownBy(() -> Node.start("a", Start.bootstrap(), bad.withFallback(place("a", 0))))
                .isInstanceOfSatisfying(StartFailure.class, refused -> {
                    assertThat(refused.kind()).isEqualTo(StartFailure.Kind.BAD_SETTING);
                    assertThat(refused).hasMessageContaining("picky.limit").hasMessageContaining("-1");
                });
        // Its directory is free again, and what it asked for runs without being asked for by the program.
        Node a = start("a", Start.returning(), 0);
        assertThat(a.internals().service(PickyService.Running.class, node -> {
                    throw new AssertionError("it did not start with its node");
                }))
                .isNotNull();
    }

    @Test
    void theDirectoryOfAnotherNodeIsRefused() throws Exception {
        Node a = start("a", Start.bootstrap(), 0);
        nodes.remove(a);
        a.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertThatThrownBy(() -> Node.start("b", Start.bootstrap(), place("a", 0)))
                .isInstanceOf(Failure.class);
    }

    private Node start(String name, Start how, int port) {
        Node node = Node.start(name, how, place(name, port));
        nodes.add(node);
        return node;
    }

    private Config place(String name, int port) {
        return ConfigFactory.parseString(
                "capstan.actors { directory = \"" + directory.resolve(name) + "\", link.port = " + port + " }, "
                        // Nobody waits for rounds of Pekko's membership, nor stays who could be told of a leave.
                        + "pekko.cluster { gossip-interval = 100 ms, leader-actions-interval = 100 ms, "
                        + "periodic-tasks-initial-delay = 50 ms }, "
                        + "pekko.remote.artery.advanced.shutdown-flush-timeout = 100 ms, "
                        + "pekko.coordinated-shutdown.phases { cluster-leave.timeout = 100 ms, "
                        + "cluster-exiting.timeout = 100 ms, cluster-exiting-done.timeout = 100 ms }");
    }

    private static int port(Node node) {
        return Integer.parseInt(node.address().substring(node.address().lastIndexOf(':') + 1));
    }

    private record First(List<String> closed) implements AutoCloseable {
        @Override
        public void close() {
            closed.add("first");
        }
    }

    private record Second(List<String> closed) implements AutoCloseable {
        @Override
        public void close() {
            closed.add("second");
        }
    }

    private static final class Loop {}
}

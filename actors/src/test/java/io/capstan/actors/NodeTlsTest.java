package io.capstan.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.capstan.actors.internal.tls.Authority;
import io.capstan.actors.internal.tls.TlsSettings;
import io.capstan.testkit.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A node with TLS")
@SuppressWarnings("NullAway.Init") // makeTheAuthority() comes first.
class NodeTlsTest {
    @TempDir
    Path folder;

    private final List<Node> nodes = new ArrayList<>();
    private Authority authority;

    /** What is sent from node to node; a class that Pekko's own serializers know needs no binding. */
    private static final Behavior<ActorRef<String>> ECHO = Behaviors.receiveMessage(asker -> {
        asker.tell("here");
        return Behaviors.same();
    });

    @BeforeEach
    void makeTheAuthority() throws IOException {
        authority = new Authority(folder, "authority");
    }

    @AfterEach
    void stopAll() throws Exception {
        for (Node node : nodes) {
            node.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void isToldInOnePlaceForLinksAndUsersMessages() throws Exception {
        Node a = start("a", Start.bootstrap(), tls("a"));
        Node b = start("b", Start.joining(a.address()), tls("b"));
        assertThat(b.system().settings().config().getString("pekko.remote.artery.transport"))
                .isEqualTo("tls-tcp");
        assertAnswers(a, b);
        assertAnswers(b, a);
    }

    @Test
    void changesItsKeysWhileUsersMessagesAreUnderWayAndLosesNone() throws Exception {
        Node a = start("a", Start.bootstrap(), tls("a"));
        Node b = start("b", Start.joining(a.address()), tls("b"));
        ActorRef<ActorRef<String>> far = seenFrom(a, b, b.spawn(ECHO, "echo"));
        Await.until("b answers", () -> ask(far).equals("here"));
        PublicKey linksBefore = Authority.shownAt(linkPort(a));
        PublicKey remotingBefore = Authority.shownAt(remotingPort(a));
        AtomicBoolean rotated = new AtomicBoolean();
        Thread load = new Thread(() -> {
            while (!rotated.get()) {
                assertThat(ask(far)).isEqualTo("here");
            }
        });
        List<Throwable> failed = new ArrayList<>();
        load.setUncaughtExceptionHandler((thread, failure) -> failed.add(failure));
        load.start();
        authority.signAddress("a", "127.0.0.1");
        authority.signAddress("b", "127.0.0.1");
        Await.until("links show another", () -> !Authority.shownAt(linkPort(a)).equals(linksBefore));
        Await.until(
                "remoting shows another",
                () -> !Authority.shownAt(remotingPort(a)).equals(remotingBefore));
        // Whichever of them calls, links and remoting.
        Node c = start("c", Start.joining(a.address()), tls("c"));
        assertAnswers(c, a);
        assertAnswers(b, c);
        rotated.set(true);
        load.join();
        assertThat(failed).isEmpty();
        assertThat(a.nodes()).containsExactlyInAnyOrder(b.id(), c.id());
    }

    @Test
    void isAProgramsOwnTooIfItsSystemSaysSo() throws Exception {
        Node a = start("a", Start.bootstrap(), tls("a"));
        Config said = ConfigFactory.parseString("""
                pekko { actor.provider = cluster, cluster.jmx.enabled = off }
                pekko.coordinated-shutdown.run-by-actor-system-terminate = off
                pekko.remote.artery { transport = tls-tcp, ssl.ssl-engine-provider = io.capstan.actors.ArteryTls }
                pekko.remote.artery.canonical { hostname = 127.0.0.1, port = 0 }
                capstan.actors { name = w, join = ["%s"] }
                """.formatted(a.address()))
                .withFallback(tls("w"))
                .withFallback(place("w"));
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "capstan", ConfigFactory.load(said));
        Node w = Node.get(system);
        assertAnswers(a, w);
        w.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);
        system.terminate(); // Not waited for: it may never end (apache/pekko#3247).
    }

    @Test
    void withoutTheRightFilesDoesNotStart() throws Exception {
        Config another = tls("another");
        assertThatThrownBy(() -> Node.start("a", Start.bootstrap(), another.withFallback(place("a"))))
                .asInstanceOf(InstanceOfAssertFactories.type(StartFailure.class))
                .satisfies(bad -> assertThat(bad.kind()).isEqualTo(StartFailure.Kind.BAD_SETTING))
                .satisfies(bad -> assertThat(bad).hasMessageContaining("CN=another"));
    }

    @Test
    void thatOthersCanReachMayBeWithoutOnlyIfThatIsSaid() {
        Config open = ConfigFactory.parseString("capstan.actors.link.bind-hostname = 0.0.0.0");
        assertThatThrownBy(() -> Node.start("a", Start.bootstrap(), open.withFallback(place("a"))))
                .asInstanceOf(InstanceOfAssertFactories.type(StartFailure.class))
                .satisfies(bad -> assertThat(bad.kind()).isEqualTo(StartFailure.Kind.BAD_SETTING))
                .satisfies(bad -> assertThat(bad)
                        .hasMessageContainingAll(
                                "links", "0.0.0.0", "capstan.actors.tls", "capstan.actors.allow-plain-transport"));
        start(
                "a",
                Start.bootstrap(),
                open.withFallback(ConfigFactory.parseString("capstan.actors.allow-plain-transport = on")));
    }

    @Test
    void onItsLinksAloneIsRefusedWhereOthersReachItsRemoting() throws Exception {
        Config half = ConfigFactory.parseString(
                        "capstan.actors.link.bind-hostname = 0.0.0.0, pekko.remote.artery.transport = tcp")
                .withFallback(tls("a"));
        assertThatThrownBy(() -> Node.start("a", Start.bootstrap(), half.withFallback(place("a"))))
                .isInstanceOf(StartFailure.class)
                .hasMessageContainingAll("pekko.remote.artery.transport = tcp", "0.0.0.0", "allow-plain-transport");
    }

    private void assertAnswers(Node far, Node near) {
        ActorRef<ActorRef<String>> echo =
                far.spawn(ECHO, "echo-for-" + near.id().name());
        ActorRef<ActorRef<String>> seen = seenFrom(near, far, echo);
        Await.until(near.id() + " is answered by " + far.id(), () -> "here".equals(ask(seen)));
    }

    /** Its answer; or what came instead. */
    private static String ask(ActorRef<ActorRef<String>> whom) {
        try {
            return Call.<ActorRef<String>, String>to(whom, replyTo -> replyTo, Duration.ofSeconds(10))
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            return String.valueOf(e);
        }
    }

    private static <T> ActorRef<T> seenFrom(Node node, Node home, ActorRef<T> ref) {
        return ActorRefResolver.get(node.system())
                .resolveActorRef(ActorRefResolver.get(home.system()).toSerializationFormat(ref));
    }

    private static int linkPort(Node node) {
        return Integer.parseInt(node.address().substring(node.address().lastIndexOf(':') + 1));
    }

    private static int remotingPort(Node node) {
        return (Integer) node.system().address().port().get();
    }

    private Node start(String name, Start start, Config config) {
        Node node = Node.start(name, start, config.withFallback(place(name)));
        nodes.add(node);
        return node;
    }

    /** A certificate of {@code name}, good for the loopback. */
    private Config tls(String name) throws IOException {
        TlsSettings signed = authority.signAddress(name, "127.0.0.1");
        return ConfigFactory.parseMap(Map.of(
                "capstan.actors.tls.enabled",
                true,
                "capstan.actors.tls.certificate",
                signed.certificate().toString(),
                "capstan.actors.tls.key",
                signed.key().toString(),
                "capstan.actors.tls.authority",
                signed.authority().toString(),
                "capstan.actors.tls.check-every",
                "20ms"));
    }

    private Config place(String name) {
        return ConfigFactory.parseMap(Map.of(
                "capstan.actors.directory", folder.resolve("data-" + name).toString(), "capstan.actors.link.port", 0));
    }
}

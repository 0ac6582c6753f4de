package io.capstan.testkit;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;

/** One member of a {@link TestCluster}: what stays over its restarts, and the system that runs now, if any. */
final class TestMember {
    private static final Config CLUSTER =
            ConfigFactory.parseResources(TestMember.class.getClassLoader(), "io/capstan/testkit/cluster.conf");

    private final String name;
    private final int port = Ports.free();
    private final int linkPort = Ports.free();
    private final Path directory;
    private int starts;
    private @Nullable ActorSystem<?> system;

    TestMember(String name, Path parent) {
        this.name = name;
        directory = parent.resolve(name);
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String name() {
        return name;
    }

    int starts() {
        return starts;
    }

    /** Null when it was crashed, or has ended by itself (downed, say). */
    @Nullable
    ActorSystem<?> living() {
        ActorSystem<?> current = system;
        return current == null
                        || current.getWhenTerminated().toCompletableFuture().isDone()
                ? null
                : current;
    }

    ActorSystem<?> required() {
        ActorSystem<?> current = living();
        if (current == null) {
            throw new IllegalStateException("member \"" + name + "\" is not running");
        }
        return current;
    }

    /** The last system, dead or alive. */
    @Nullable
    ActorSystem<?> last() {
        return system;
    }

    void start(SystemFactory factory, Config own, List<TestMember> all) {
        boolean first = starts == 0 && all.get(0) == this;
        starts++;
        Map<String, Object> settings = Map.of(
                "pekko.remote.artery.canonical.hostname",
                Ports.HOST,
                "pekko.remote.artery.canonical.port",
                port,
                "pekko.cluster.failure-detector.acceptable-heartbeat-pause",
                Await.scaled(Duration.ofSeconds(1)).toMillis() + "ms",
                "capstan.testkit.name",
                name,
                "capstan.testkit.first",
                first,
                "capstan.testkit.directory",
                directory.toString(),
                "capstan.testkit.members",
                all.stream().map(TestMember::entry).toList());
        // load(parsed), not parsed.withFallback(load()): reference.conf copies blocks by ${…}, and must see ours.
        Config config = ConfigFactory.load(
                own.withFallback(ConfigFactory.parseMap(settings)).withFallback(CLUSTER));
        system = factory.start(config);
    }

    private Map<String, Object> entry() {
        return Map.of("name", name, "host", Ports.HOST, "port", port, "link-port", linkPort);
    }

    /** Ends the system without a word to anybody. */
    void terminate() {
        ActorSystem<?> current = system;
        if (current != null) {
            current.terminate();
            Await.until(
                    "the system of member \"" + name + "\" has terminated",
                    () -> current.getWhenTerminated().toCompletableFuture().isDone());
        }
    }

    /** Ends the system as an operator would; nothing when there is none. */
    void stop() {
        ActorSystem<?> current = living();
        if (current == null) {
            return;
        }
        CompletionStage<Done> stopped =
                CoordinatedShutdown.get(current).runAll(CoordinatedShutdown.actorSystemTerminateReason());
        Await.until(
                "member \"" + name + "\" has stopped",
                Duration.ofSeconds(20),
                () -> stopped.toCompletableFuture().isDone());
        terminate();
    }
}

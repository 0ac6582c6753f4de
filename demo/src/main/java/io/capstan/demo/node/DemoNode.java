package io.capstan.demo.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.capstan.actors.KeptNode;
import io.capstan.actors.Node;
import io.capstan.actors.Start;
import io.capstan.demo.UserError;
import io.capstan.demo.http.Answers;
import io.capstan.demo.http.Door;
import io.capstan.demo.http.DoorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.http.javadsl.server.Directives;
import org.apache.pekko.http.javadsl.server.Route;
import org.jspecify.annotations.Nullable;

/** A node with its four services, and a door to all of them. It comes back by itself, on its ports. */
public final class DemoNode {
    /**
     * How to run it.
     *
     * @param port of the links; 0 for any free one
     * @param http port of the door; 0 for any free one
     * @param voters names of the nodes that vote on locks; empty: this cluster has none
     * @param preset how quickly others are missed: {@code capstan.actors.preset}
     * @param lab whether links may be cut over HTTP
     * @param more what else is set, before the program's configuration
     */
    public record Settings(
            String name,
            String host,
            int port,
            int http,
            Path directory,
            Start start,
            List<String> voters,
            String preset,
            boolean lab,
            Config more) {
        public Settings(
                String name,
                String host,
                int port,
                int http,
                Path directory,
                Start start,
                List<String> voters,
                String preset,
                boolean lab) {
            this(name, host, port, http, directory, start, voters, preset, lab, ConfigFactory.empty());
        }

        /** The same node on these ports. */
        Settings at(int link, int door) {
            return new Settings(name, host, link, door, directory, start, voters, preset, lab, more);
        }
    }

    /** Where it serves. */
    public record Ready(String node, long incarnation, String link, String http) {}

    private static final Duration STOP_MAX = Duration.ofSeconds(6);

    private Settings settings;
    private volatile @Nullable Ready ready;
    private final KeptNode kept;

    private DemoNode(Settings settings) {
        this.settings = settings;
        this.kept = KeptNode.start(
                () -> Node.start(this.settings.name(), this.settings.start(), config(this.settings)), this::open);
    }

    /** On each start of the node; whoever knew it finds it where it was. */
    private void open(Node node) {
        Door door = Door.open(
                node.system(),
                DoorSettings.fromConfig(node.system().settings().config(), settings.http()),
                new HealthRoutes(node).routes(),
                routes(node, settings));
        ready = new Ready(settings.name(), node.id().incarnation(), node.address(), door.address());
        settings = settings.at(port(node.address()), port(door.address()));
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    /**
     * Starts it.
     *
     * @throws io.capstan.actors.Failure in one line; nothing is left running then
     */
    public static DemoNode start(Settings settings) {
        return new DemoNode(settings);
    }

    Node node() {
        return kept.node();
    }

    public Ready ready() {
        return Objects.requireNonNull(ready);
    }

    /** Stops in order, and waits for it at most some seconds. Idempotent. */
    public void stop() {
        try {
            kept.stop().toCompletableFuture().get(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new UserError("the node did not stop in order: " + e);
        }
    }

    private static List<Route> routes(Node node, Settings settings) {
        List<Route> routes = new ArrayList<>();
        routes.add(new StatusRoutes(node).routes());
        NameRoutes clerks = new NameRoutes(node);
        routes.add(clerks.routes());
        routes.add(new StandbyRoutes(node).routes());
        GroupRoutes groups = new GroupRoutes(node);
        routes.add(groups.routes());
        routes.add(new CounterRoutes(node).routes());
        routes.add(new RaftRoutes(node).routes());
        routes.add(new CrunchRoutes(node).routes());
        if (settings.voters().isEmpty()) {
            routes.add(noLocks("locks"));
            routes.add(noLocks("holds"));
            routes.add(noLocks("kv"));
        }
        LabRoutes lab = settings.lab() ? new LabRoutes(node) : null;
        if (lab != null) {
            routes.add(lab.routes());
        }
        WatchRoutes watches = new WatchRoutes(node, groups);
        routes.add(watches.routes());
        LockRoutes locks = null;
        KvRoutes keys = null;
        if (!settings.voters().isEmpty()) {
            locks = new LockRoutes(node);
            keys = new KvRoutes(node, settings.voters());
            routes.add(locks.routes());
            routes.add(new HoldRoutes(node).routes());
            routes.add(keys.routes());
            routes.add(watches.keys(keys.map()));
        }
        routes.add(new ObserverRoutes(node, settings.directory(), keys).routes());
        routes.add(new PanelRoutes(node, clerks, locks, keys, lab).routes());
        return routes;
    }

    private static Route noLocks(String path) {
        return Directives.pathPrefix(
                path,
                () -> Directives.complete(Answers.refusal(
                        new UserError("there are no locks and no keys: start the nodes with --voters"))));
    }

    private static Config config(Settings settings) {
        return ConfigFactory.parseMap(Map.of(
                        "capstan.actors.preset",
                        settings.preset(),
                        "capstan.actors.directory",
                        settings.directory().toAbsolutePath().toString(),
                        "capstan.actors.link.hostname",
                        settings.host(),
                        "capstan.actors.link.port",
                        settings.port(),
                        "capstan.raft.voters",
                        settings.voters(),
                        "pekko.remote.artery.advanced.test-mode",
                        settings.lab(),
                        // In full, a header that is none would be in the log with whatever token it has.
                        "pekko.http.parsing.error-logging-verbosity",
                        "simple"))
                .withFallback(settings.more());
    }
}

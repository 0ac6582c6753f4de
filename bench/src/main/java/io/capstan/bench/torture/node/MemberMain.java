package io.capstan.bench.torture.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.capstan.actors.Health;
import io.capstan.actors.Node;
import io.capstan.actors.NodeEvent;
import io.capstan.actors.Start;
import io.capstan.crdt.Counters;
import io.capstan.raft.Raft;
import io.capstan.raft.kv.KeyValue;
import io.capstan.raft.lock.Locks;
import io.capstan.registry.ConsistentNames;
import io.capstan.registry.group.Groups;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.LoggerFactory;

/**
 * A node under torture: does what its standard input says, and ends with it.
 *
 * <p>Arguments: name, host, port, directory, what it joins ({@code bootstrap}, or addresses with a comma between), the names of all
 * members likewise, the service, the folder that all share, time to live of locks in milliseconds.
 */
public final class MemberMain {
    /** What it says once it serves. */
    public static final String READY = "ready";

    /** How a line begins that answers a request. */
    public static final String ANSWER = ">";

    /** How a line begins that says whom this node has come to see, or sees no more. */
    public static final String VIEW = "!";

    /** How a line begins that says which lock has expired, by its token and its name. */
    public static final String EXPIRED = "-";

    /** The group that workloads without one of Capstan's own use. */
    public static final String GROUP = "torture";

    /** The exit code of a node whose Pekko system another has put into quarantine. */
    public static final int QUARANTINED = 7;

    /** That of one which was declared down. */
    public static final int DOWNED = 8;

    private static final int BROKEN = 9;
    private static final Duration PROBED_EVERY = Duration.ofSeconds(5);
    private static final Duration STOP_MAX = Duration.ofSeconds(10);

    private final Node node;
    private final Path directory;
    private final Path shared;
    private final List<String> members;
    private final Duration ttl;
    private volatile boolean stopping;

    private MemberMain(String[] arguments) {
        directory = Path.of(arguments[3]);
        members = Arrays.asList(arguments[5].split(","));
        shared = Path.of(arguments[7]);
        ttl = Duration.ofMillis(Long.parseLong(arguments[8]));
        Start start = arguments[4].equals("bootstrap") ? Start.bootstrap() : Start.joining(arguments[4].split(","));
        node = Node.start(arguments[0], start, config(arguments[1], Integer.parseInt(arguments[2])));
    }

    /** Runs it. */
    public static void main(String[] arguments) {
        int code = 1;
        try {
            MemberMain member = new MemberMain(arguments);
            member.node.subscribe(MemberMain::tell);
            member.node.system().getWhenTerminated().thenRun(member::systemEnded);
            member.node
                    .system()
                    .scheduler()
                    .scheduleAtFixedRate(
                            PROBED_EVERY,
                            PROBED_EVERY,
                            member::probe,
                            member.node.system().executionContext());
            OperationsDoor door = new OperationsDoor(member.service(arguments[6]), System.out);
            System.out.println(READY + " " + ProcessHandle.current().pid());
            door.serve(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
            member.stopping = true;
            member.node.stop().toCompletableFuture().get(STOP_MAX.toSeconds(), TimeUnit.SECONDS);
            code = 0;
        } catch (InterruptedException | ExecutionException | TimeoutException late) {
            LoggerFactory.getLogger(MemberMain.class).warn("a node under torture did not stop in order", late);
        } catch (IOException | RuntimeException failed) {
            LoggerFactory.getLogger(MemberMain.class).error("a node under torture ends", failed);
        }
        // Whatever still runs was never asked to outlive us.
        Runtime.getRuntime().halt(code);
    }

    /** A split brain resolver, where there is one, has declared this node down. Whoever runs such a process starts it again. */
    private void systemEnded() {
        if (!stopping) {
            LoggerFactory.getLogger(MemberMain.class).error("declared down: {}", node.id());
            Runtime.getRuntime().halt(DOWNED);
        }
    }

    /** A probe for liveness: it has whoever needs another start started again. */
    private void probe() {
        Health health = node.health();
        if (!health.alive()) {
            LoggerFactory.getLogger(MemberMain.class).error("does not live: {}", health.reasons());
            Runtime.getRuntime().halt(BROKEN);
        }
    }

    private static void tell(NodeEvent event) {
        if (event instanceof NodeEvent.NodeVisible || event instanceof NodeEvent.NodeHidden) {
            synchronized (System.out) {
                System.out.println(VIEW + " "
                        + (event instanceof NodeEvent.NodeVisible ? "sees " : "misses ")
                        + event.node().name());
            }
        } else if (event instanceof NodeEvent.NodeQuarantined) {
            // It cannot go on with this system. Whoever runs such a process starts it again.
            LoggerFactory.getLogger(MemberMain.class).error("quarantined: {}", event);
            Runtime.getRuntime().halt(QUARANTINED);
        }
    }

    private static void tellExpired(String lock, long token) {
        synchronized (System.out) {
            System.out.println(EXPIRED + " " + token + " " + lock);
        }
    }

    private Config config(String host, int port) {
        return ConfigFactory.parseMap(Map.of(
                        "capstan.actors.directory",
                        directory.resolve("node").toString(),
                        "capstan.actors.link.hostname",
                        host,
                        "capstan.actors.link.port",
                        port,
                        // In namespaces of their own members are on no loopback, and on nobody else's network either.
                        "capstan.actors.allow-plain-transport",
                        true,
                        "capstan.raft.voters",
                        members,
                        "capstan.registry.consistent.session-ttl",
                        ttl.toMillis() + "ms"))
                .withFallback(ConfigFactory.parseResourcesAnySyntax("capstan-local"));
    }

    private Service service(String name) throws IOException {
        Files.createDirectories(shared);
        Raft raft = Raft.get(node);
        Service own = switch (name) {
            case "register", "lists" -> {
                KeyValue.startPeer(raft, GROUP);
                KeyValue map = KeyValue.of(raft, GROUP);
                yield name.equals("register") ? new RegisterService(map) : new ListService(map);
            }
            case "locks" -> new LockService(Locks.get(node), ttl, shared, MemberMain::tellExpired);
            case "counters" -> new CounterService(Counters.durable(node));
            case "names" -> new NameService(node);
            case "consistent-names" -> new ConsistentNameService(ConsistentNames.get(node), shared);
            case "groups" -> new GroupService(Groups.get(node), new Owners(node, told -> {}));
            case "crunch" -> new CrunchService(node, shared);
            case "queue" -> {
                raft.startPeer(GROUP, Deliveries::new);
                yield new QueueService(node, raft.group(GROUP), shared);
            }
            default -> throw new IllegalArgumentException("there is no service \"" + name + "\"");
        };
        NodeRequests ofTheNode = new NodeRequests(node, members);
        return request -> (request.f().startsWith(NodeRequests.PREFIX) ? ofTheNode : own).perform(request);
    }
}

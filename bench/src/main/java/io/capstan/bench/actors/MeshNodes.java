package io.capstan.bench.actors;

import com.typesafe.config.ConfigFactory;
import io.capstan.actors.LinkTraffic;
import io.capstan.actors.Node;
import io.capstan.actors.NodeEvent;
import io.capstan.actors.Start;
import io.capstan.bench.Flood;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.slf4j.LoggerFactory;

/** A process of {@link MeshMeasurement}, with one node or several: does what its standard input says, and ends with it. */
final class MeshNodes {
    private static final int LOAD_PER_MILLISECOND = 5;
    private static final long LOOK = 200_000;

    // What takes long is no reason not to hear of our parent's end.
    private static final ExecutorService threads = Executors.newCachedThreadPool();

    private final List<Node> nodes = new CopyOnWriteArrayList<>();
    private final List<Flood> floods = new CopyOnWriteArrayList<>();
    private final List<Seen> events = new CopyOnWriteArrayList<>();

    /** One event of one node, with this machine's monotonic clock, which all its processes share. */
    private record Seen(NodeEvent event, long nanos) {}

    private MeshNodes() {}

    public static void main(String[] arguments) throws IOException {
        try {
            MeshNodes here = new MeshNodes();
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ", -1);
                CompletableFuture.runAsync(
                                () -> System.out.println((words[0] + " " + here.answer(words)).trim()), threads)
                        .exceptionally(bug -> {
                            LoggerFactory.getLogger(MeshNodes.class).error("the measurement ends", bug);
                            Runtime.getRuntime().halt(1);
                            return null;
                        });
            }
        } finally {
            Runtime.getRuntime().halt(0);
        }
    }

    private String answer(String[] words) {
        return switch (words[0]) {
            case "start" -> start(words);
            case "sees" -> sees(Integer.parseInt(words[1]));
            case "forget" -> forget();
            case "downs" ->
                String.valueOf(events.stream()
                        .filter(seen -> seen.event() instanceof NodeEvent.NodeDown)
                        .count());
            case "down" -> first(words[1], NodeEvent.NodeDown.class);
            case "up" -> first(words[1], NodeEvent.NodeUp.class);
            case "load" -> load(seconds(words[1]));
            case "flood" -> String.valueOf(floods.get(0).run(seconds(words[1]), Flood.ALL_IT_TAKES));
            case "traffic" -> sum(LinkTraffic::messagesOut) + " " + sum(LinkTraffic::bytesOut);
            default -> throw new IllegalArgumentException(words[0]);
        };
    }

    /** {@code start NAME HOST PORT DIRECTORY JOIN SETTINGS}; who joins nobody forms the cluster. */
    private String start(String[] words) {
        Node node = Node.start(
                words[1],
                words[5].isEmpty() ? Start.bootstrap() : Start.joining(words[5]),
                // In namespaces of their own they are on no loopback, and on nobody else's network either.
                ConfigFactory.parseString("capstan.actors { allow-plain-transport = on, directory = \"" + words[4]
                                + "\", link { hostname = \""
                                + words[2] + "\", port = " + words[3] + " } }")
                        .withFallback(ConfigFactory.parseString(words[6])));
        node.subscribe(event -> events.add(new Seen(event, System.nanoTime())));
        floods.add(new Flood(node.system()));
        nodes.add(node);
        return node.id().name();
    }

    /** Until all nodes here have links to so many, and Pekko counts them as members too. */
    private String sees(int others) {
        return until(
                () -> nodes.stream().allMatch(node -> node.nodes().size() == others && members(node) == others + 1));
    }

    private static int members(Node node) {
        int up = 0;
        for (var member : Cluster.get(node.system()).state().getMembers()) {
            up += member.status() == MemberStatus.up() || member.status() == MemberStatus.weaklyUp() ? 1 : 0;
        }
        return up;
    }

    private String forget() {
        events.clear();
        return "";
    }

    /** When it was first told here that this happened to {@code name}, and why. */
    private String first(String name, Class<? extends NodeEvent> what) {
        until(() -> find(name, what).isPresent());
        Seen seen = find(name, what).orElseThrow();
        String why =
                seen.event() instanceof NodeEvent.NodeDown down ? down.reason().name() : "";
        return (seen.nanos() + " " + why).trim();
    }

    private Optional<Seen> find(String name, Class<? extends NodeEvent> what) {
        return events.stream()
                .filter(seen -> what.isInstance(seen.event())
                        && seen.event().node().name().equals(name))
                .findFirst();
    }

    /** Users' messages to all others, and a thread that makes garbage half of its time. */
    private String load(long nanos) {
        CompletableFuture<Long> messages =
                CompletableFuture.supplyAsync(() -> floods.get(0).run(nanos, LOAD_PER_MILLISECOND), threads);
        long kept = 0;
        while (!messages.isDone()) {
            long end = System.nanoTime() + 1_000_000;
            while (System.nanoTime() - end < 0) {
                kept += new byte[1_024].length;
            }
            LockSupport.parkNanos(1_000_000);
        }
        return messages.join() + " " + kept;
    }

    private long sum(ToLongFunction<LinkTraffic> of) {
        return nodes.stream()
                .flatMap(node -> node.traffic().stream())
                .mapToLong(of)
                .sum();
    }

    private static long seconds(String words) {
        return (long) (Double.parseDouble(words) * 1e9);
    }

    private static String until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(LOOK);
        }
        return "";
    }
}

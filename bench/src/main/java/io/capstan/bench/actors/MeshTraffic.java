package io.capstan.bench.actors;

import io.capstan.testkit.process.ChildProcess;
import io.capstan.testkit.process.Namespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/** What idle nodes say to each other, on a loopback of their own. */
final class MeshTraffic implements AutoCloseable {
    private final Path directory = Files.createTempDirectory("capstan-traffic");
    private final Namespaces wires;
    private final Map<String, ChildProcess> children = new TreeMap<>();

    private MeshTraffic(Namespaces wires) throws IOException {
        this.wires = wires;
    }

    /** What idle nodes say, each to all others together; up to four share a process when there are more than nine. */
    static String measure(double seconds, int nodes) throws IOException {
        try (Namespaces wires = new Namespaces();
                MeshTraffic all = new MeshTraffic(wires)) {
            int each = nodes > 9 ? 4 : 1;
            for (int i = 0; i < nodes; i++) {
                all.startShared("p" + i / each, "n" + i, 20_000 + i);
            }
            all.allSee(nodes - 1);
            // Until Pekko's gossip has come to rest.
            LockSupport.parkNanos((long) (seconds * 1e9));
            long[] links = all.links();
            long[] loopback = wires.loopback();
            LockSupport.parkNanos((long) (seconds * 1e9));
            long[] linksAfter = all.links();
            long[] loopbackAfter = wires.loopback();
            double perNode = seconds * nodes;
            return String.format(
                    Locale.ROOT,
                    "%d nodes: each sends over its links %.1f messages/s, %,.0f bytes/s; with Pekko's, all "
                            + "headers and acknowledgements %.0f packets/s, %,.0f bytes/s",
                    nodes,
                    (linksAfter[0] - links[0]) / perNode,
                    (linksAfter[1] - links[1]) / perNode,
                    (loopbackAfter[0] - loopback[0]) / perNode,
                    (loopbackAfter[1] - loopback[1]) / perNode);
        }
    }

    private void startShared(String process, String name, int port) throws IOException {
        Path files = directory.resolve(process);
        if (!children.containsKey(process)) {
            List<String> command = wires.at("", ChildProcess.command(files, MeshMeasurement.FLAGS, MeshNodes.class));
            children.put(process, ChildProcess.start(files, Map.of(), command));
        }
        String first = name.equals("n0") ? "" : "127.0.0.1:20000";
        child(process)
                .ask("start "
                        + String.join(
                                " ",
                                name,
                                "127.0.0.1",
                                String.valueOf(port),
                                directory.resolve(name).toString(),
                                first,
                                "capstan.actors.store.write-ahead-bytes=4MiB"));
    }

    /** Of all nodes together: messages, bytes. */
    private long[] links() throws IOException {
        long[] sum = new long[2];
        for (String process : children.keySet()) {
            String[] words = child(process).ask("traffic").split(" ", -1);
            sum[0] += Long.parseLong(words[0]);
            sum[1] += Long.parseLong(words[1]);
        }
        return sum;
    }

    private void allSee(int others) throws IOException {
        for (ChildProcess each : children.values()) {
            each.ask("sees " + others);
        }
    }

    private ChildProcess child(String process) {
        return Objects.requireNonNull(children.get(process), process);
    }

    @Override
    public void close() {
        children.values().forEach(ChildProcess::close);
    }
}

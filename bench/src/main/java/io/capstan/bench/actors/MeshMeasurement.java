package io.capstan.bench.actors;

import io.capstan.testkit.process.ChildProcess;
import io.capstan.testkit.process.Namespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Nodes as processes of their own, with default settings and all services: when the others know that one was killed or cut
 * off, counted from the fault itself; when they have it back, counted from the mend; whether anybody is ever taken for
 * dead who is not; and what idle nodes say to each other.
 */
public final class MeshMeasurement implements AutoCloseable {
    private static final List<String> FLAGS = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    private static final String PORT = "2551";
    private static final long PAUSE_NANOS = 2_000_000_000;

    private final Path directory;
    private final Namespaces wires;
    private final Map<String, ChildProcess> children = new TreeMap<>();
    private final Map<String, String> addresses = new TreeMap<>();

    private MeshMeasurement(Namespaces wires) throws IOException {
        this.wires = wires;
        directory = Files.createTempDirectory("capstan-mesh");
    }

    /**
     * {@code MeshMeasurement kill TIMES}, {@code cut TIMES}, {@code pauses SECONDS}, {@code flood SECONDS}, {@code traffic
     * SECONDS NODES...}. In a network of their own ({@link Namespaces}), so as root.
     */
    public static void main(String[] arguments) throws IOException {
        run(arguments).forEach(System.out::println);
    }

    static List<String> run(String... arguments) throws IOException {
        double number = Double.parseDouble(arguments[1]);
        if (arguments[0].equals("traffic")) {
            List<String> found = new ArrayList<>();
            for (String nodes : List.of(arguments).subList(2, arguments.length)) {
                found.add(traffic(number, Integer.parseInt(nodes)));
            }
            return found;
        }
        try (Namespaces wires = new Namespaces();
                MeshMeasurement three = new MeshMeasurement(wires)) {
            three.startThree();
            return switch (arguments[0]) {
                case "kill" -> three.kill((int) number);
                case "cut" -> three.cut((int) number);
                case "pauses" -> three.pauses(number);
                case "flood" -> three.flood(number);
                default -> throw new IllegalArgumentException(arguments[0]);
            };
        }
    }

    private void startThree() throws IOException {
        for (String name : List.of("a", "b", "c")) {
            addresses.put(name, wires.add(name));
            start(name);
        }
        allSee(2);
    }

    private void start(String name) throws IOException {
        Path files = directory.resolve(name);
        List<String> command = wires.at(name, ChildProcess.command(files, FLAGS, MeshNodes.class));
        ChildProcess child = ChildProcess.start(files, Map.of(), command);
        children.put(name, child);
        String first = name.equals("a") ? "" : addresses.get("a") + ":" + PORT;
        ask(name, "start " + String.join(" ", name, addresses.get(name), PORT, files.toString(), first, ""));
    }

    private ChildProcess child(String name) {
        return Objects.requireNonNull(children.get(name), name);
    }

    private String ask(String name, String line) throws IOException {
        child(name).say(line);
        return answer(name, line);
    }

    private String answer(String name, String line) throws IOException {
        return child(name).answer(line.split(" ", 2)[0]);
    }

    private void allSee(int others) throws IOException {
        for (String name : children.keySet()) {
            ask(name, "sees " + others);
        }
    }

    private void allForget() throws IOException {
        for (String name : children.keySet()) {
            ask(name, "forget");
        }
    }

    /** How long after {@code since} it was known to {@code witness}; nanoseconds. */
    private long after(long since, String witness, String line) throws IOException {
        String[] told = ask(witness, line).split(" ", -1);
        return Long.parseLong(told[0]) - since;
    }

    /** One after the other is killed with SIGKILL, and started again. */
    private List<String> kill(int times) throws IOException {
        List<Long> known = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            String victim = i % 2 == 0 ? "b" : "c";
            allForget();
            long killed = System.nanoTime();
            child(victim).kill();
            children.remove(victim);
            known.add(Math.max(
                    after(killed, "a", "down " + victim),
                    after(killed, victim.equals("b") ? "c" : "b", "down " + victim)));
            start(victim);
            allSee(2);
        }
        return List.of("killed " + times + " times: known to both others after " + figures(known));
    }

    /** One node's wire is cut, at a moment of chance between two heartbeats, and mended after a while. */
    private List<String> cut(int times) throws IOException {
        Random random = new Random();
        List<Long> known = new ArrayList<>();
        List<Long> back = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            String victim = i % 2 == 0 ? "b" : "c";
            String other = victim.equals("b") ? "c" : "b";
            LockSupport.parkNanos((long) (random.nextDouble() * 1e9));
            allForget();
            long cut = System.nanoTime();
            wires.pull(victim);
            known.add(latest(cut, "down", victim, other));
            LockSupport.parkNanos((long) (random.nextDouble() * 5e9));
            long mend = System.nanoTime();
            wires.plug(victim);
            back.add(latest(mend, "up", victim, other));
            allSee(2);
        }
        return List.of(
                "cut silently " + times + " times: known to all three after " + figures(known),
                "mended: linked to both others, and they to it, after " + figures(back));
    }

    private long latest(long since, String what, String victim, String other) throws IOException {
        long latest = 0;
        for (String witness : List.of("a", other)) {
            latest = Math.max(latest, after(since, witness, what + " " + victim));
            latest = Math.max(latest, after(since, victim, what + " " + witness));
        }
        return latest;
    }

    /** All three at work; one at a time is stopped for two seconds (SIGSTOP), now and then. */
    private List<String> pauses(double seconds) throws IOException {
        Random random = new Random();
        allForget();
        children.keySet().forEach(name -> child(name).say("load " + seconds));
        long begin = System.nanoTime();
        int pauses = 0;
        while ((System.nanoTime() - begin) / 1e9 < seconds) {
            LockSupport.parkNanos((long) (random.nextDouble() * 6e9));
            ChildProcess paused = child(List.of("a", "b", "c").get(random.nextInt(3)));
            paused.pause(true);
            LockSupport.parkNanos(PAUSE_NANOS);
            paused.pause(false);
            pauses++;
        }
        long sent = 0;
        for (String name : children.keySet()) {
            sent += Long.parseLong(answer(name, "load").split(" ", -1)[0]);
        }
        return List.of(String.format(
                Locale.ROOT,
                "%.0f s, stopped for 2 s %d times, %,d users' messages: %d times down",
                seconds,
                pauses,
                sent,
                downs()));
    }

    /** Two of the three send users' messages to all others, as fast as Pekko takes them. */
    private List<String> flood(double seconds) throws IOException {
        allForget();
        List<String> flooding = List.of("a", "b");
        flooding.forEach(name -> child(name).say("flood " + seconds));
        long sent = 0;
        for (String name : flooding) {
            sent += Long.parseLong(answer(name, "flood"));
        }
        return List.of(String.format(
                Locale.ROOT, "%.0f s, %,d users' messages of 1 kB: %d times down", seconds, sent, downs()));
    }

    private long downs() throws IOException {
        long downs = 0;
        for (String name : children.keySet()) {
            downs += Long.parseLong(ask(name, "downs"));
        }
        return downs;
    }

    /** What idle nodes say, each to all others together; up to four share a process when there are more than nine. */
    private static String traffic(double seconds, int nodes) throws IOException {
        try (Namespaces wires = new Namespaces();
                MeshMeasurement all = new MeshMeasurement(wires)) {
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
            List<String> command = wires.at("", ChildProcess.command(files, FLAGS, MeshNodes.class));
            children.put(process, ChildProcess.start(files, Map.of(), command));
        }
        String first = name.equals("n0") ? "" : "127.0.0.1:20000";
        ask(
                process,
                "start "
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
            String[] words = ask(process, "traffic").split(" ", -1);
            sum[0] += Long.parseLong(words[0]);
            sum[1] += Long.parseLong(words[1]);
        }
        return sum;
    }

    private static String figures(List<Long> nanos) {
        long[] sorted =
                nanos.stream().mapToLong(each -> each / 1_000_000).sorted().toArray();
        return String.format(
                Locale.ROOT,
                "p50 %,d ms, max %,d ms %s",
                sorted[sorted.length / 2],
                sorted[sorted.length - 1],
                Arrays.toString(sorted));
    }

    @Override
    public void close() {
        children.values().forEach(ChildProcess::close);
    }
}

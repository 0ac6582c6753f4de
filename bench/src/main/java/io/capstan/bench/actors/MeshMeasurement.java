package io.capstan.bench.actors;

import io.capstan.testkit.process.ChildProcess;
import io.capstan.testkit.process.Instrument;
import io.capstan.testkit.process.Place;
import io.capstan.testkit.process.ProcessCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Nodes as processes of their own, with default settings and all services: when the others know that one was killed or cut
 * off, counted from the fault itself; when they have it back, counted from the mend; whether anybody is ever taken for
 * dead who is not; and what idle nodes say to each other.
 */
public final class MeshMeasurement implements AutoCloseable {
    static final List<String> FLAGS = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    private static final long PAUSE_NANOS = 2_000_000_000;

    private final ProcessCluster cluster;

    private MeshMeasurement() throws IOException {
        cluster = ProcessCluster.of(
                Files.createTempDirectory("capstan-mesh"),
                (place, first, all) -> ChildProcess.command(place.directory(), FLAGS, MeshNodes.class),
                Set.of(Instrument.NAMESPACES),
                List.of("a", "b", "c"));
    }

    /**
     * {@code MeshMeasurement kill TIMES}, {@code cut TIMES}, {@code pauses SECONDS}, {@code flood SECONDS}, {@code traffic
     * SECONDS NODES...}. In a network of their own, so as root.
     */
    public static void main(String[] arguments) throws IOException {
        run(arguments).forEach(System.out::println);
    }

    static List<String> run(String... arguments) throws IOException {
        double number = Double.parseDouble(arguments[1]);
        if (arguments[0].equals("traffic")) {
            List<String> found = new ArrayList<>();
            for (String nodes : List.of(arguments).subList(2, arguments.length)) {
                found.add(MeshTraffic.measure(number, Integer.parseInt(nodes)));
            }
            return found;
        }
        try (MeshMeasurement three = new MeshMeasurement()) {
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
        for (String name : cluster.names()) {
            begin(name);
        }
        for (String name : cluster.names()) {
            child(name).answer("start");
        }
        allSee(2);
    }

    private void start(String name) throws IOException {
        begin(name);
        child(name).answer("start");
    }

    private void begin(String name) {
        Place place = cluster.place(name);
        String first = name.equals("a") ? "" : cluster.place("a").address();
        cluster.start(name)
                .say("start "
                        + String.join(" ", name, place.host(), "" + place.port(), place.directory() + "", first, ""));
    }

    private ChildProcess child(String name) {
        return cluster.child(name);
    }

    private String ask(String name, String line) throws IOException {
        return child(name).ask(line);
    }

    private void allSee(int others) throws IOException {
        for (String name : cluster.names()) {
            ask(name, "sees " + others);
        }
    }

    private void allForget() throws IOException {
        for (String name : cluster.names()) {
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
            cluster.kill(victim);
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
            cluster.down(victim);
            known.add(latest(cut, "down", victim, other));
            LockSupport.parkNanos((long) (random.nextDouble() * 5e9));
            long mend = System.nanoTime();
            cluster.up(victim);
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
        cluster.names().forEach(name -> child(name).say("load " + seconds));
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
        for (String name : cluster.names()) {
            sent += Long.parseLong(child(name).answer("load").split(" ", -1)[0]);
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
            sent += Long.parseLong(child(name).answer("flood"));
        }
        return List.of(String.format(
                Locale.ROOT, "%.0f s, %,d users' messages of 1 kB: %d times down", seconds, sent, downs()));
    }

    private long downs() throws IOException {
        long downs = 0;
        for (String name : cluster.names()) {
            downs += Long.parseLong(ask(name, "downs"));
        }
        return downs;
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
        cluster.close();
    }
}

package io.capstan.bench.raft;

import io.capstan.bench.WarmUp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Locks between three processes: pairs of an acquire and its release on locks that nobody else wants, and handovers of one lock
 * that all want. {@code LockMeasurement [SECONDS [ROUNDS [WINDOWS]]]}: so long for each round (5), so many for each figure (5),
 * which is their median, after at most so many times SECONDS of warming up (30).
 */
public final class LockMeasurement implements AutoCloseable {
    /** So many windows that are no better than the best before: it is warm. */
    private static final int WITHOUT_PROGRESS = 6;

    private static final List<String> FLAGS = List.of("-Xmx512m", "-XX:+UseSerialGC");

    private final Members members;

    private LockMeasurement(Path directory) throws IOException {
        members = new Members(
                directory,
                (place, first, all) ->
                        LockProcess.command(FLAGS, place, all.get(0).port()));
        members.startAll();
    }

    /** Prints the figures. */
    public static void main(String[] arguments) throws IOException {
        double seconds = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 5;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        int windows = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 30;
        try (LockMeasurement measurement = new LockMeasurement(Files.createTempDirectory("capstan-locks"))) {
            Map<String, Integer> all = Map.of("a", 22, "b", 21, "c", 21);
            WarmUp made = WarmUp.of(
                    WITHOUT_PROGRESS,
                    Duration.ofNanos((long) (windows * seconds * 1e9)),
                    System::nanoTime,
                    () -> measurement.round("pairs", all, seconds)[1]);
            System.out.printf(Locale.ROOT, "warmed up for %d times %.1f s%n", made.windows(), seconds);
            measurement.measure("pairs, 1 lock, 1 client", "pairs", Map.of("a", 1), seconds, rounds);
            measurement.measure(
                    "pairs, 64 locks, 64 clients of one process", "pairs", Map.of("a", 64), seconds, rounds);
            measurement.measure("pairs, 64 locks, clients of all three", "pairs", all, seconds, rounds);
            measurement.measure(
                    "handovers, 1 lock, 16 clients of all three",
                    "handovers",
                    Map.of("a", 6, "b", 5, "c", 5),
                    seconds,
                    rounds);
        }
    }

    private void measure(String what, String word, Map<String, Integer> clients, double seconds, int rounds)
            throws IOException {
        List<double[]> figures = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            figures.add(round(word, clients, seconds));
        }
        System.out.printf(
                Locale.ROOT,
                "%s: %,.0f a second, p50 %.2f ms, p99 %.2f ms (medians of %d rounds)%n",
                what,
                median(figures, 0),
                median(figures, 1),
                median(figures, 2),
                rounds);
    }

    /** How many a second, p50 and p99 in milliseconds. */
    private double[] round(String word, Map<String, Integer> clients, double seconds) throws IOException {
        for (Map.Entry<String, Integer> each : clients.entrySet()) {
            members.child(each.getKey()).say(word + " " + each.getValue() + " " + seconds);
        }
        List<Long> took = new ArrayList<>();
        for (String name : clients.keySet()) {
            Arrays.stream(members.child(name).answer(word).split(" ", -1))
                    .filter(text -> !text.isEmpty())
                    .forEach(text -> took.add(Long.parseLong(text)));
        }
        took.sort(null);
        int last = took.size() - 1;
        return new double[] {took.size() / seconds, took.get(last / 2) / 1e6, took.get((int) (last * 0.99)) / 1e6};
    }

    private static double median(List<double[]> figures, int which) {
        double[] sorted =
                figures.stream().mapToDouble(figure -> figure[which]).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    @Override
    public void close() {
        members.close();
    }
}

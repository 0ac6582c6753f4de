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

/**
 * Three processes on this machine, commands of 256 bytes, clients on the leader's process, durable on a majority before they
 * are answered, default settings.
 *
 * <p>One client after the other, p50, beside what it cannot be faster than: one flush of a preallocated file, measured while
 * three processes flush, and one round trip of as many bytes over bare loopback sockets. Each round measures all three, and
 * the result is the ratio of the round: the machine may be busy, but it is busy alike. Then throughput while ever more
 * commands are under way, and how many share a flush of the leader's disk.
 */
public final class CommitMeasurement {
    /** So many windows that are no better than the best before: it is warm. */
    private static final int WITHOUT_PROGRESS = 6;

    private static final List<String> FLAGS = List.of("-Xmx1g", "-XX:+UseSerialGC");
    private static final int[] IN_FLIGHT = {1, 4, 16, 64, 256, 1024, 2500};

    private final double seconds;
    private final Members members;
    private final List<String> told = new ArrayList<>();

    private CommitMeasurement(Members members, double seconds) {
        this.members = members;
        this.seconds = seconds;
    }

    /**
     * {@code CommitMeasurement [SECONDS [ROUNDS [WINDOWS]]]}: so long for each figure (3), so many rounds (5), after at most
     * so many times SECONDS of warming up (30).
     */
    public static void main(String[] arguments) throws IOException {
        double seconds = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 3;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        int windows = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 30;
        measure(Files.createTempDirectory("capstan-commit"), seconds, rounds, windows)
                .forEach(System.out::println);
    }

    /** Measures all of it in {@code directory}, whose disk counts. */
    static List<String> measure(Path directory, double seconds, int rounds, int windows) throws IOException {
        try (Members members = Members.ofGroup(directory, FLAGS, "echo")) {
            CommitMeasurement measurement = new CommitMeasurement(members, seconds);
            measurement.warmUp(windows);
            measurement.sequential(rounds);
            measurement.pipelined();
            return measurement.told;
        }
    }

    private void warmUp(int windows) throws IOException {
        WarmUp made = WarmUp.of(
                WITHOUT_PROGRESS,
                Duration.ofNanos((long) (windows * seconds * 1e9)),
                System::nanoTime,
                () -> micros(members.numbers("a", "sequential " + seconds, "sequential"), 0.5));
        told.add(String.format(
                Locale.ROOT,
                "warmed up for %d times %.1f s: a write p50 %.0f µs",
                made.windows(),
                seconds,
                made.best()));
    }

    private void sequential(int rounds) throws IOException {
        String port = members.ask("b", "serve", "serve");
        List<Double> ratios = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            Members.NAMES.forEach(name -> members.child(name).say("flushes " + seconds));
            long[] flushes = members.numbers("a", "", "flushes");
            members.ask("b", "", "flushes");
            members.ask("c", "", "flushes");
            long[] roundtrips = members.numbers("a", "roundtrips " + port + " " + seconds, "roundtrips");
            if (round < rounds) {
                port = members.ask("b", "serve", "serve");
            }
            long[] writes = members.numbers("a", "sequential " + seconds, "sequential");
            double limit = micros(flushes, 0.5) + micros(roundtrips, 0.5);
            ratios.add(micros(writes, 0.5) / limit);
            told.add(String.format(
                    Locale.ROOT,
                    "round %d: a write p50 %.0f µs, p99 %.0f; a bare flush p50 %.0f, p99 %.0f; a bare round trip p50 %.0f,"
                            + " p99 %.0f; ratio %.2f",
                    round,
                    micros(writes, 0.5),
                    micros(writes, 0.99),
                    micros(flushes, 0.5),
                    micros(flushes, 0.99),
                    micros(roundtrips, 0.5),
                    micros(roundtrips, 0.99),
                    ratios.get(ratios.size() - 1)));
        }
        ratios.sort(null);
        told.add(String.format(
                Locale.ROOT,
                "one client: p50 / (flush + round trip) = %.2f, the median of %d rounds",
                ratios.get(ratios.size() / 2),
                rounds));
    }

    private void pipelined() throws IOException {
        for (int inFlight : IN_FLIGHT) {
            long[] found = members.numbers("a", "pipelined " + inFlight + " " + seconds, "pipelined");
            double took = found[2] / 1e9;
            told.add(String.format(
                    Locale.ROOT,
                    "%,d in flight: %,.0f writes/s, %,.0f flushes/s, %.1f writes per flush, %d failed",
                    inFlight,
                    found[0] / took,
                    found[3] / took,
                    (double) found[0] / Math.max(1, found[3]),
                    found[1]));
        }
    }

    private static double micros(long[] nanos, double quantile) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[(int) ((sorted.length - 1) * quantile)] / 1e3;
    }
}

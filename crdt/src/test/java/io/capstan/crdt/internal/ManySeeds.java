package io.capstan.crdt.internal;

import io.capstan.testkit.sim.Scenario;
import io.capstan.testkit.sim.Seeds;
import io.capstan.testkit.sim.SimulationFailure;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The seeds of the simulations for hours, all scenarios by turns, going on after a failure: {@code ManySeeds
 * CHUNKS [FIRST]}. Each chunk has 100 seeds; what it contained is printed, and so is the sum.
 */
final class ManySeeds {
    private static final Pattern FAILED = Pattern.compile("-Dsim\\.from=(\\d+)");

    /** How many seeds of it a chunk has. */
    private record Share(String test, int seeds, Scenario scenario) {}

    private static final List<Share> SHARES = List.of(
            new Share("afterTheHealAllNodesReadTheSumOfWhatWasAdded", 20, CounterSimulationTest::brief),
            new Share("whatIsOnDiskCountsForEverAndOnce", 40, DurableSimulationTest::live),
            new Share("whatIsShownIsThereAndWhatIsThereIsShown", 40, OwnedRowsSimulationTest::live));

    private static final SortedMap<String, Long> COUNTS = new TreeMap<>();
    private static long seeds;
    private static long failures;

    private ManySeeds() {}

    public static void main(String[] arguments) {
        int chunks = Integer.parseInt(arguments[0]);
        int first = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1;
        long start = System.nanoTime();
        for (int chunk = first; chunk < first + chunks; chunk++) {
            for (Share share : SHARES) {
                run(share, (chunk - 1L) * share.seeds() + 1, (long) chunk * share.seeds());
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf(
                    Locale.ROOT,
                    "after chunk %d: %,d seeds, %,d failures, %.0f s, %,.0f steps/s: %s%n",
                    chunk,
                    seeds,
                    failures,
                    seconds,
                    COUNTS.getOrDefault("steps", 0L) / seconds,
                    COUNTS.entrySet().stream()
                            .map(entry -> String.format(Locale.ROOT, "%s %,d", entry.getKey(), entry.getValue()))
                            .collect(Collectors.joining(", ")));
        }
    }

    private static void run(Share share, long from, long to) {
        long next = from;
        while (next <= to) {
            System.setProperty(Seeds.FROM, String.valueOf(next));
            System.setProperty(Seeds.SEEDS, String.valueOf(to - next + 1));
            try {
                Seeds.of(share.test(), 1)
                        .run(share.scenario())
                        .counts()
                        .forEach((what, n) -> COUNTS.merge(what, n, Long::sum));
                seeds += to - next + 1;
                return;
            } catch (SimulationFailure failure) {
                failures++;
                String message = String.valueOf(failure.getMessage());
                System.out.println("FAILED " + share.test() + " " + message);
                Matcher failed = FAILED.matcher(message);
                if (!failed.find()) {
                    return;
                }
                // What the seeds before it contained is not counted; they are.
                seeds += Long.parseLong(failed.group(1)) - next + 1;
                next = Long.parseLong(failed.group(1)) + 1;
            }
        }
    }
}

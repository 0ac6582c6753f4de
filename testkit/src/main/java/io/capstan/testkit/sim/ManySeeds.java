package io.capstan.testkit.sim;

import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Simulations for hours: all scenarios by turns, in chunks, going on after a failure. What the chunks contained is
 * printed, and so is every failure with its replay command.
 */
public final class ManySeeds {
    private static final Pattern FAILED = Pattern.compile("-D" + Pattern.quote(Seeds.FROM) + "=(\\d+)");

    /**
     * A scenario's part.
     *
     * @param test its name in what is printed
     * @param seeds how many of them each chunk has
     */
    public record Share(String test, int seeds, Scenario scenario) {}

    private final List<Share> shares;
    private final SortedMap<String, Long> counts = new TreeMap<>();
    private long seeds;
    private long failures;

    /** Of these scenarios. */
    public ManySeeds(Share... shares) {
        this.shares = List.of(shares);
    }

    /**
     * Runs them.
     *
     * @param arguments how many chunks, and optionally the first, counted from 1
     * @return how many seeds failed
     */
    public long run(String... arguments) {
        int chunks = Integer.parseInt(arguments[0]);
        int first = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1;
        long start = System.nanoTime();
        for (int chunk = first; chunk < first + chunks; chunk++) {
            for (Share share : shares) {
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
                    counts.getOrDefault("steps", 0L) / seconds,
                    counts.entrySet().stream()
                            .map(entry -> String.format(Locale.ROOT, "%s %,d", entry.getKey(), entry.getValue()))
                            .collect(Collectors.joining(", ")));
        }
        return failures;
    }

    private void run(Share share, long from, long to) {
        long next = from;
        while (next <= to) {
            System.setProperty(Seeds.FROM, String.valueOf(next));
            System.setProperty(Seeds.SEEDS, String.valueOf(to - next + 1));
            try {
                Seeds.of(share.test(), 1)
                        .run(share.scenario())
                        .counts()
                        .forEach((what, n) -> counts.merge(what, n, Long::sum));
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

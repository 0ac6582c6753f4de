package io.capstan.bench.counters;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Plays {@link IncrementBenchmark} in interleaved rounds, so that whatever else the machine does meets all alike, and tells
 * medians, ratios to {@code LongAdder} and bytes allocated; then Pekko's {@link DdataUpdates} beside the same increment.
 */
public final class IncrementComparison {
    private static final int ROUNDS = Integer.getInteger("rounds", 3);
    private static final String ONLY = System.getProperty("only", "");
    private static final List<Integer> THREADS = List.of(1, 2);
    private static final String ALLOCATED = "gc.alloc.rate.norm";
    private static final String ADDER = "longAdderIncrement";

    private IncrementComparison() {}

    /** Takes some five minutes. {@code -Drounds=N} plays N rounds, {@code -Donly=REGEX} what begins so. */
    public static void main(String[] arguments) throws RunnerException {
        Map<String, List<Double>> nanos = new TreeMap<>();
        Map<String, Double> bytes = new TreeMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (int threads : THREADS) {
                for (RunResult result : play(threads)) {
                    String benchmark = result.getParams().getBenchmark();
                    String name = benchmark.substring(benchmark.lastIndexOf('.') + 1) + " x" + threads;
                    nanos.computeIfAbsent(name, any -> new ArrayList<>())
                            .add(result.getPrimaryResult().getScore());
                    result.getSecondaryResults().forEach((key, value) -> {
                        if (key.endsWith(ALLOCATED)) {
                            bytes.merge(name, score(value), Math::max);
                        }
                    });
                }
            }
        }
        System.out.println("| per call, median of " + ROUNDS + " rounds | ns | of LongAdder | bytes allocated |");
        System.out.println("|---|---|---|---|");
        nanos.forEach((name, all) -> {
            double adder = median(nanos.getOrDefault(ADDER + name.substring(name.indexOf(' ')), List.of(Double.NaN)));
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %.1f %s | %.2f | %.3f |%n",
                    name,
                    median(all),
                    Arrays.toString(all.stream().mapToLong(Math::round).toArray()),
                    median(all) / adder,
                    bytes.getOrDefault(name, Double.NaN));
        });
        DdataUpdates.play();
    }

    private static Iterable<RunResult> play(int threads) throws RunnerException {
        return new Runner(new OptionsBuilder()
                        .include(IncrementBenchmark.class.getName() + "\\." + ONLY + ".*"
                                + (threads > 1 ? "(Increment|Take)" : ""))
                        .threads(threads)
                        .forks(1)
                        .warmupIterations(3)
                        .warmupTime(TimeValue.milliseconds(400))
                        .measurementIterations(3)
                        .measurementTime(TimeValue.milliseconds(400))
                        .addProfiler(GCProfiler.class)
                        .jvmArgsAppend("-XX:+UseSerialGC", "-Xmx512m")
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();
    }

    private static double score(Result<?> result) {
        return result.getScore();
    }

    private static double median(List<Double> all) {
        List<Double> sorted = new ArrayList<>(all);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }
}

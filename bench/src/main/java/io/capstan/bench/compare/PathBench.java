package io.capstan.bench.compare;

import io.capstan.bench.actors.CallBenchmark;
import io.capstan.bench.counters.IncrementBenchmark;
import io.capstan.bench.raft.CoreBenchmark;
import io.capstan.bench.registry.WhereisBenchmark;
import java.io.IOException;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The paths that take nanoseconds, with what they allocate, by JMH: a process for each benchmark and round. */
final class PathBench {
    static final String NAME = "paths";

    private static final String ALLOCATED = "gc.alloc.rate.norm";
    private static final int ITERATIONS = 3;
    private static final List<Class<?>> BENCHMARKS =
            List.of(IncrementBenchmark.class, WhereisBenchmark.class, CallBenchmark.class, CoreBenchmark.class);

    private PathBench() {}

    static void run(Occasion occasion) throws IOException {
        OptionsBuilder options = new OptionsBuilder();
        BENCHMARKS.forEach(each -> options.include(each.getName() + "\\..*"));
        TimeValue time = TimeValue.milliseconds(Math.max(1, (long) (occasion.seconds() * 1_000 / ITERATIONS)));
        options.forks(1)
                .warmupIterations(ITERATIONS)
                .warmupTime(time)
                .measurementIterations(ITERATIONS)
                .measurementTime(time)
                .addProfiler(GCProfiler.class)
                // Not the flags of the command itself, whose compiler is the quick one.
                .jvmArgs("-XX:+UseSerialGC", "-Xmx1g")
                .verbosity(VerboseMode.SILENT);
        try {
            for (int round = 0; round < occasion.rounds(); round++) {
                for (RunResult result : new Runner(options.build()).run()) {
                    String benchmark = result.getParams().getBenchmark();
                    String metric = benchmark.substring(benchmark.lastIndexOf('.') + 1);
                    String system = metric.matches("(longAdder|atomic|concurrentHashMap|pekko|ask).*")
                            ? "jdk-or-pekko"
                            : Contestants.OURS;
                    occasion.found(
                            NAME, metric, system, result.getPrimaryResult().getScore(), "ns");
                    result.getSecondaryResults().forEach((key, value) -> {
                        if (key.endsWith(ALLOCATED)) {
                            occasion.found(NAME, metric + "_allocates", system, value.getScore(), "B");
                        }
                    });
                }
            }
        } catch (RunnerException refused) {
            throw new IOException("JMH: " + refused.getMessage(), refused);
        }
    }
}

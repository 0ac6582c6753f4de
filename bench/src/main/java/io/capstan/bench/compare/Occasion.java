package io.capstan.bench.compare;

import io.capstan.bench.compare.report.Figures;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * One run of the command. For one thread.
 *
 * @param with the names of the systems that take part
 * @param rounds in which all take turns
 * @param seconds of each load in each round
 * @param warmUp seconds of each load before the first round in which it gets no faster
 * @param size how many names, members or counters, where many are needed
 * @param flags more of them for each process's JVM; {@code %name} is the system's name and the process's
 * @param directory fresh; its disk is the one that is flushed
 * @param progress hears of each figure as soon as it is known
 * @param notes what whoever reads the figures has to know, as found
 */
public record Occasion(
        Set<String> with,
        int rounds,
        double seconds,
        double warmUp,
        int size,
        List<String> flags,
        Path directory,
        Figures figures,
        Consumer<String> progress,
        Set<String> notes) {
    /** One whose notes are empty yet. */
    public Occasion(
            Set<String> with,
            int rounds,
            double seconds,
            double warmUp,
            int size,
            List<String> flags,
            Path directory,
            Consumer<String> progress) {
        this(with, rounds, seconds, warmUp, size, flags, directory, new Figures(), progress, new TreeSet<>());
    }

    /** One more round's. */
    public void found(String bench, String metric, String system, double value, String unit) {
        figures.add(bench, metric, system, value, unit);
        progress.accept(String.format(Locale.ROOT, "%s %s %s: %,.2f %s", bench, system, metric, value, unit));
    }

    /** Whether a system takes part. */
    public boolean has(String system) {
        return with.contains(system);
    }
}

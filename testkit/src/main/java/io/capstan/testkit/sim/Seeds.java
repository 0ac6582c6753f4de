package io.capstan.testkit.sim;

import io.capstan.testkit.Faults;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs a scenario under many seeds, and makes every failure one that can be replayed.
 *
 * <p>{@code -Dsim.seeds=N} runs N seeds in place of the test's own number, {@code -Dsim.from=S} begins at S in place of
 * 1, {@code -Dsim.faults="cut a|b; wait 2s; heal"} replaces every drawn schedule.
 */
public final class Seeds {
    /** How many seeds to run. */
    public static final String SEEDS = "sim.seeds";

    /** The first seed. */
    public static final String FROM = "sim.from";

    /** The schedule to apply, in the notation of {@link Faults}. */
    public static final String FAULTS = "sim.faults";

    private final String command;
    private final long usual;
    private final long seeds;
    private final long from;
    private final @Nullable Faults faults;

    private Seeds(String command, long usual) {
        this.command = command;
        this.usual = usual;
        seeds = number(SEEDS, usual);
        from = number(FROM, 1);
        String text = System.getProperty(FAULTS);
        faults = text == null ? null : Faults.parse(text);
    }

    /**
     * Prepares a run.
     *
     * @param command what runs this one test, for people to copy: {@code mvn -pl raft -am test -Dtest=ElectionTest}
     * @param usual how many seeds to run unless told otherwise
     */
    public static Seeds of(String command, long usual) {
        return new Seeds(command, usual);
    }

    /**
     * Runs the scenario under one seed after the other, prints what happened in all of them, and fails at the first
     * failure, with its schedule shrunk.
     *
     * @throws SimulationFailure with invariant, seed, step, trace and replay command
     */
    public Seen run(Scenario scenario) {
        Counts counts = new Counts();
        long start = System.nanoTime();
        long last = from + seeds - 1;
        for (long seed = from; seed <= last; seed++) {
            Trial trial = new Trial(seed, faults);
            SimulationFailure failure = trial.run(scenario);
            if (failure != null) {
                throw explained(scenario, trial, failure);
            }
            trial.simulation().counts().forEach(counts::add);
        }
        Seen seen = new Seen(seeds, seeds >= usual && faults == null, counts.sorted());
        long millis = (System.nanoTime() - start) / 1_000_000;
        System.out.println("seeds " + from + " to " + last + " in " + millis + " ms: " + seen);
        return seen;
    }

    /** Runs the scenario under this one seed, whatever the properties say; throws what it met, not shrunk. */
    public static void once(long seed, Scenario scenario) {
        SimulationFailure failure = new Trial(seed, null).run(scenario);
        if (failure != null) {
            throw failure;
        }
    }

    private SimulationFailure explained(Scenario scenario, Trial trial, SimulationFailure failure) {
        long seed = trial.seed();
        String replay = command + " -D" + FROM + "=" + seed + " -D" + SEEDS + "=1";
        Faults applied = trial.applied();
        if (applied == null || faults != null) {
            return new SimulationFailure(
                    failure.violated(), failure.getMessage() + "replay: " + replay, failure.getCause());
        }
        Shrinking shrinking = new Shrinking(scenario, seed, applied, failure);
        SimulationFailure shrunk = shrinking.failure();
        String message = shrunk.getMessage()
                + "schedule: " + applied
                + "\nreplay:   " + replay
                + "\nshrunk from " + applied.steps().size() + " to "
                + shrinking.shortest().steps().size() + " steps, shown above: " + shrinking.shortest()
                + "\nreplay:   " + replay + " '-D" + FAULTS + "=" + shrinking.shortest() + "'";
        return new SimulationFailure(shrunk.violated(), message, shrunk.getCause());
    }

    private static long number(String property, long usual) {
        String text = System.getProperty(property);
        if (text == null) {
            return usual;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(property + " is a whole number, got \"" + text + "\"", e);
        }
    }

    /**
     * What happened under all seeds together.
     *
     * @param seeds how many were run
     * @param complete whether that was at least the usual number, with drawn schedules
     * @param counts how often each thing happened, by name
     */
    public record Seen(long seeds, boolean complete, SortedMap<String, Long> counts) {
        /** Which of these things never happened: such a run proves nothing about them. None in replays of single seeds. */
        public List<String> missing(String... names) {
            return complete
                    ? Stream.of(names)
                            .filter(name -> counts.getOrDefault(name, 0L) == 0)
                            .toList()
                    : List.of();
        }

        /** For people: {@code connections 1,204, cuts 3,008, …}. */
        @Override
        public String toString() {
            return counts.entrySet().stream()
                    .map(entry -> String.format(Locale.ROOT, "%s %,d", entry.getKey(), entry.getValue()))
                    .collect(Collectors.joining(", "));
        }
    }
}

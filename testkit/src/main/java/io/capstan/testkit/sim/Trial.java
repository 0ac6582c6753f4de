package io.capstan.testkit.sim;

import io.capstan.testkit.Faults;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One run of a {@link Scenario} under one seed. */
public final class Trial {
    /** Keeps the schedule's chance apart from the simulation's, which has the same seed. */
    private static final long SCHEDULE_SALT = 0x6e656d65736973L;

    private final long seed;
    private final @Nullable Faults given;
    private @Nullable Simulation<?> simulation;
    private @Nullable Faults applied;

    Trial(long seed, @Nullable Faults given) {
        this.seed = seed;
        this.given = given;
    }

    public long seed() {
        return seed;
    }

    /** The world of this trial; to be asked for once. */
    public <M> Simulation<M> simulation(SimSettings settings) {
        if (simulation != null) {
            throw new IllegalStateException("a trial has one simulation");
        }
        Simulation<M> made = Simulation.of(seed, settings);
        simulation = made;
        return made;
    }

    /** The schedule of this trial: drawn by {@code nemesis}, or a part of it while a failure is being shrunk. */
    public Faults faults(Nemesis nemesis) {
        if (applied == null) {
            applied = given != null ? given : nemesis.schedule(seed ^ SCHEDULE_SALT);
        }
        return applied;
    }

    @Nullable
    Faults applied() {
        return applied;
    }

    Simulation<?> simulation() {
        return Objects.requireNonNull(simulation, "the scenario asked for no simulation");
    }

    /** Null when all went well. */
    @Nullable
    SimulationFailure run(Scenario scenario) {
        try {
            scenario.run(this);
            return null;
        } catch (SimulationFailure e) {
            return e;
        } catch (RuntimeException | AssertionError e) {
            String report = simulation == null ? "seed " + seed : simulation.report();
            return new SimulationFailure(e.getClass().getSimpleName(), e.getMessage() + "\n" + report, e);
        }
    }
}

package io.capstan.testkit.sim;

import io.capstan.testkit.Fault;
import io.capstan.testkit.Faults;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds a shorter schedule that fails in the same way, by delta debugging (Zeller and Hildebrandt, "Simplifying and
 * Isolating Failure-Inducing Input", §3): leave out ever smaller parts as long as the rest still fails.
 */
final class Shrinking {
    private static final int ATTEMPTS_MAX = 300;

    private final Scenario scenario;
    private final long seed;
    private Faults shortest;
    private SimulationFailure failure;
    private int attempts;

    Shrinking(Scenario scenario, long seed, Faults failing, SimulationFailure failure) {
        this.scenario = scenario;
        this.seed = seed;
        this.failure = failure;
        shortest = failing;
        int part = failing.steps().size();
        while (part >= 1 && attempts < ATTEMPTS_MAX) {
            if (!withoutSomePart(part)) {
                part /= 2;
            }
            part = Math.min(part, shortest.steps().size());
        }
    }

    Faults shortest() {
        return shortest;
    }

    SimulationFailure failure() {
        return failure;
    }

    private boolean withoutSomePart(int part) {
        List<Fault> steps = shortest.steps();
        for (int from = 0; from < steps.size() && attempts < ATTEMPTS_MAX; from += part) {
            List<Fault> rest = new ArrayList<>(steps.subList(0, from));
            rest.addAll(steps.subList(Math.min(from + part, steps.size()), steps.size()));
            // Whoever it leaves dead or cut off would fail for another reason than the bug.
            Faults candidate = Nemesis.settled(new Faults(rest));
            if (candidate.steps().size() < steps.size() && stillFails(candidate)) {
                return true;
            }
        }
        return false;
    }

    private boolean stillFails(Faults candidate) {
        attempts++;
        SimulationFailure again = new Trial(seed, candidate).run(scenario);
        if (again == null || !again.violated().equals(failure.violated())) {
            return false;
        }
        shortest = candidate;
        failure = again;
        return true;
    }
}

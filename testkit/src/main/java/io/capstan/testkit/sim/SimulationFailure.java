package io.capstan.testkit.sim;

import org.jspecify.annotations.Nullable;

/**
 * A simulation met what must not happen. The message shows the seed, the step and the last events; the cause, if any,
 * is what the process or the invariant threw.
 */
public final class SimulationFailure extends AssertionError {
    private final String violated;

    SimulationFailure(String violated, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.violated = violated;
    }

    /** The invariant's name, or what kind of step threw. Two failures of one bug have the same. */
    public String violated() {
        return violated;
    }
}

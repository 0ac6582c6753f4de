package io.capstan.actors.supervisor;

import java.time.Duration;

/**
 * How many restarts a supervisor takes for bad luck. One more within the period, and it gives up: it stops its children
 * and ends, so that its own supervisor decides.
 *
 * @param restarts at least 0, at most 1,000,000
 * @param period longer than zero
 */
public record Intensity(int restarts, Duration period) {
    /** Largest number of restarts; all of a period are remembered. */
    public static final int RESTARTS_MAX = 1_000_000;

    public Intensity {
        if (restarts < 0 || restarts > RESTARTS_MAX) {
            throw new IllegalArgumentException("0 to " + RESTARTS_MAX + " restarts, got " + restarts);
        }
        if (period.isZero() || period.isNegative()) {
            throw new IllegalArgumentException("a period is longer than zero, got " + period);
        }
    }

    /** So many restarts within {@code period}. */
    public static Intensity of(int restarts, Duration period) {
        return new Intensity(restarts, period);
    }
}

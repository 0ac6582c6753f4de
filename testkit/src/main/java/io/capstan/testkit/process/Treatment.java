package io.capstan.testkit.process;

import java.time.Duration;

/**
 * What a relay does to what goes from one member to another. {@code toString()} is what its process is told.
 *
 * @param duplicate of a hundred pieces, so many come twice
 * @param reorder of a hundred pieces, so many come after the next
 */
record Treatment(long delayNanos, long jitterNanos, int duplicate, int reorder) {
    static final Treatment NONE = new Treatment(0, 0, 0, 0);

    Treatment delayed(Duration time, Duration jitter) {
        return new Treatment(time.toNanos(), jitter.toNanos(), duplicate, reorder);
    }

    Treatment duplicating(int percent) {
        return new Treatment(delayNanos, jitterNanos, percent, reorder);
    }

    Treatment reordering(int percent) {
        return new Treatment(delayNanos, jitterNanos, duplicate, percent);
    }

    static Treatment of(String delay, String jitter, String duplicate, String reorder) {
        return new Treatment(
                Long.parseLong(delay), Long.parseLong(jitter), Integer.parseInt(duplicate), Integer.parseInt(reorder));
    }

    @Override
    public String toString() {
        return delayNanos + " " + jitterNanos + " " + duplicate + " " + reorder;
    }
}

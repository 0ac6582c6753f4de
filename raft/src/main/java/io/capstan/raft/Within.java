package io.capstan.raft;

import java.time.Duration;

/**
 * How long a caller waits, and whether its command may be executed twice.
 *
 * @param duration from now; 1 ms to 100 years
 * @param repeats whether executing the command twice does no harm: then the group keeps no reply for its retries
 */
public record Within(Duration duration, boolean repeats) {
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(36_525); // Some more overflow what counts nanoseconds.

    public Within {
        if (duration.compareTo(SHORTEST) < 0 || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a deadline is 1 ms to 100 years from now, got " + duration);
        }
    }

    /** The deadline, for a command that must not be executed twice. */
    public static Within within(Duration duration) {
        return new Within(duration, false);
    }

    /** The same deadline, for a command that may be executed twice. */
    public Within repeatable() {
        return new Within(duration, true);
    }
}

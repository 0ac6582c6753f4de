package io.capstan.raft;

import java.time.Duration;

/**
 * How long a caller waits, and whether its command may be executed twice.
 *
 * @param duration from now; at least 1 ms
 * @param repeats whether executing the command twice does no harm: then the group keeps no reply for its retries
 */
public record Within(Duration duration, boolean repeats) {
    public Within {
        if (duration.toMillis() < 1) {
            throw new IllegalArgumentException("a deadline is at least 1 ms from now, got " + duration);
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

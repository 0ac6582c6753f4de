package io.capstan.raft.lock;

import java.time.Duration;

/**
 * How long a session lives without being renewed. Short: free soon after a crash. Long: survives long pauses and
 * elections.
 *
 * @param duration 500 ms to 1 h
 */
public record Ttl(Duration duration) {
    public Ttl {
        if (duration.toMillis() < 500 || duration.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("a session's time to live is 500 ms to 1 h, got " + duration);
        }
    }

    /** The time to live of a session. */
    public static Ttl of(Duration duration) {
        return new Ttl(duration);
    }
}

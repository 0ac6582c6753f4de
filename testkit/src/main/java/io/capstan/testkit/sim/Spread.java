package io.capstan.testkit.sim;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * How long something takes: uniform from {@code min} to {@code max}, both possible.
 *
 * @param min not negative
 * @param max at least {@code min}, at most a day
 */
public record Spread(Duration min, Duration max) {
    private static final Duration LONGEST = Duration.ofDays(1);

    public Spread {
        if (min.isNegative() || max.compareTo(min) < 0 || max.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a spread needs 0 <= min <= max <= 1 day, got " + min + " to " + max);
        }
    }

    /** From {@code min} to {@code max} milliseconds. */
    public static Spread ofMillis(long min, long max) {
        return new Spread(Duration.ofMillis(min), Duration.ofMillis(max));
    }

    /** From {@code min} to {@code max} microseconds. */
    public static Spread ofMicros(long min, long max) {
        return new Spread(Duration.ofNanos(min * 1_000), Duration.ofNanos(max * 1_000));
    }

    /** The same arithmetic without a Duration's cost, for the hot path. */
    Nanos nanos() {
        return new Nanos(min.toNanos(), max.toNanos());
    }

    record Nanos(long min, long max) {
        long draw(SplittableRandom random) {
            return min == max ? min : random.nextLong(min, max + 1);
        }
    }
}

package io.capstan.crdt;

import io.capstan.crdt.core.CounterKey;
import java.time.Duration;

/**
 * How far back a windowed counter looks, and how finely: it counts in so many buckets of one length, the present one
 * included, and forgets the oldest as a whole. Other windows of one name are other counters.
 *
 * @param bucket 10 ms or more, whole milliseconds
 * @param buckets 1 to 1,000
 */
public record Window(Duration bucket, int buckets) {
    private static final long BUCKET_MILLIS_MIN = 10;

    public Window {
        if (bucket.toMillis() < BUCKET_MILLIS_MIN || !bucket.equals(Duration.ofMillis(bucket.toMillis()))) {
            throw new IllegalArgumentException("a bucket has 10 ms or more, whole ones, got " + bucket);
        }
        if (buckets < 1 || buckets > CounterKey.Windowed.BUCKETS_MAX) {
            throw new IllegalArgumentException(
                    "a window has 1 to " + CounterKey.Windowed.BUCKETS_MAX + " buckets, got " + buckets);
        }
    }

    /** The last second, in tenths. */
    public static Window second() {
        return new Window(Duration.ofMillis(100), 10);
    }

    /** The last minute, in seconds. */
    public static Window minute() {
        return new Window(Duration.ofSeconds(1), 60);
    }

    /** The last hour, in minutes. */
    public static Window hour() {
        return new Window(Duration.ofMinutes(1), 60);
    }
}

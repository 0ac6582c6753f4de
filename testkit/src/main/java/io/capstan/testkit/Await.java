package io.capstan.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Waits for conditions: the one place where a test lets time pass.
 *
 * <p>All limits are multiplied by the system property {@code capstan.test.timefactor} (1 unless set), for slow machines.
 */
public final class Await {
    /** How long to wait unless told otherwise, before the time factor. */
    public static final Duration LIMIT = Duration.ofSeconds(10);

    private static final long POLL_NANOS = 5_000_000;

    private Await() {}

    /** Something that shall become true. May throw, as assertions do, while it is not. */
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws Exception;
    }

    /** {@code capstan.test.timefactor}. */
    public static double timeFactor() {
        String text = System.getProperty("capstan.test.timefactor", "1");
        try {
            double factor = Double.parseDouble(text);
            if (factor >= 0.1 && factor <= 1_000) {
                return factor;
            }
        } catch (NumberFormatException e) {
            // told below, with the others that are no factor
        }
        throw new IllegalArgumentException("capstan.test.timefactor is 0.1 to 1000, got \"" + text + "\"");
    }

    /** {@code duration} times the time factor. */
    public static Duration scaled(Duration duration) {
        return Duration.ofNanos((long) (duration.toNanos() * timeFactor()));
    }

    /** As {@link #until(String, Duration, Condition)} with {@link #LIMIT}. */
    public static void until(String description, Condition condition) {
        until(description, LIMIT, condition);
    }

    /**
     * Returns once the condition holds.
     *
     * @throws AssertionError with the description, and the last thing thrown as cause, when it does not within the limit
     */
    public static void until(String description, Duration limit, Condition condition) {
        Duration scaled = scaled(limit);
        long start = System.nanoTime();
        Throwable last = null;
        do {
            try {
                if (condition.holds()) {
                    return;
                }
                last = null;
            } catch (AssertionError | Exception e) {
                last = e;
            }
            LockSupport.parkNanos(POLL_NANOS);
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("interrupted while waiting: " + description, last);
            }
        } while (System.nanoTime() - start < scaled.toNanos());
        throw new AssertionError("not within " + scaled + ": " + description + because(last), last);
    }

    private static String because(@Nullable Throwable last) {
        return last == null ? "" : ": " + last.getMessage();
    }

    /** Lets {@code time} pass, unscaled: the {@code wait} of a schedule of faults. */
    public static void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("interrupted while waiting for " + time);
            }
        }
    }
}

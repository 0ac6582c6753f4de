package io.capstan.testkit.sim;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * What one incarnation of a simulated process has of the world. Of no use after its crash: sends and timers of a dead
 * incarnation do nothing.
 *
 * @param <M> messages
 */
public interface SimNode<M> {
    String name();

    /** 1 at the first start, one more at each restart. */
    int incarnation();

    /** Nanoseconds of this process's own clock: monotonic, running at its own rate ({@link Simulation#drift}). */
    long nanos();

    /** Chance, of this incarnation alone. */
    SplittableRandom random();

    /**
     * Sends, never blocking. To oneself always arrives.
     *
     * @return false only for streams, when no connection stands on this side
     */
    boolean send(String to, M message);

    /** Runs {@code action} once, after {@code delay} of the own clock. */
    SimTimer after(Duration delay, Runnable action);

    /** Runs {@code action} every {@code period} of the own clock, the first time after one period. */
    SimTimer every(Duration period, Runnable action);

    /** What survives crashes. */
    SimDisk disk();

    /** A line in the trace. */
    void trace(String what);

    /** A timer of one incarnation. */
    @FunctionalInterface
    interface SimTimer {
        /** Does nothing when it has run or was cancelled. */
        void cancel();
    }
}

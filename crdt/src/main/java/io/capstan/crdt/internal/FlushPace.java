package io.capstan.crdt.internal;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * When the counters' actor is told to flush: at once after a quiet time, else as often as the load allows.
 *
 * <p>Thread-safe; {@link #flushed} is the actor's. Pekko's scheduler is too coarse for intervals of 5 ms.
 */
final class FlushPace {
    /** So many changed counters per flush are flushed at the shortest interval; more make it longer in proportion. */
    private static final int COUNTERS_PER_INTERVAL = 1_000;

    private final Duration min;
    private final Duration max;
    private final LongSupplier nanoTime;
    private final ScheduledExecutorService scheduler;
    private final Runnable flush;
    private final AtomicBoolean told = new AtomicBoolean();
    private volatile long notBefore;

    FlushPace(CrdtSettings settings, LongSupplier nanoTime, ScheduledExecutorService scheduler, Runnable flush) {
        this.min = settings.flushMin();
        this.max = settings.flushMax();
        this.nanoTime = nanoTime;
        this.scheduler = scheduler;
        this.flush = flush;
        this.notBefore = nanoTime.getAsLong();
    }

    /** There is something to flush. */
    void wake() {
        if (!told.compareAndSet(false, true)) {
            return;
        }
        long delay = notBefore - nanoTime.getAsLong();
        if (delay <= 0) {
            flush.run();
        } else {
            try {
                var unused = scheduler.schedule(flush, delay, TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException closed) {
                // Whoever adds while the node stops is none who must hear of that.
                flush.run();
            }
        }
    }

    /** A flush begins: whoever becomes dirty from now on wakes again. To be called before the first counter is taken. */
    void flushing() {
        told.set(false);
    }

    /** So many counters were flushed. */
    void flushed(int counters) {
        notBefore = nanoTime.getAsLong() + interval(counters).toNanos();
    }

    Duration interval(int counters) {
        Duration wanted = min.multipliedBy(counters).dividedBy(COUNTERS_PER_INTERVAL);
        return wanted.compareTo(min) < 0 ? min : wanted.compareTo(max) > 0 ? max : wanted;
    }
}

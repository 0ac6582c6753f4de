package io.capstan.crdt.internal;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.LoggerFactory;

/** Those who are told of one counter's changes: conflated, each at most as often as it wants. Thread-safe. */
final class Watch {
    private final List<Subscriber> subscribers = new CopyOnWriteArrayList<>();

    /** Costs little when nobody is left. */
    void changed() {
        subscribers.forEach(Subscriber::changed);
    }

    /** Told at once, and from then on after changes; returns what ends it. */
    Runnable add(Duration atMostEvery, ScheduledExecutorService scheduler, LongSupplier nanoTime, Runnable told) {
        Subscriber subscriber = new Subscriber(atMostEvery.toNanos(), scheduler, nanoTime, told);
        subscribers.add(subscriber);
        subscriber.changed();
        return () -> subscribers.remove(subscriber);
    }

    /** However many changes come while one is about to be told, they are told as one. */
    private static final class Subscriber {
        private final long everyNanos;
        private final ScheduledExecutorService scheduler;
        private final LongSupplier nanoTime;
        private final Runnable told;
        private final AtomicBoolean due = new AtomicBoolean();
        private volatile long notBefore;

        Subscriber(long everyNanos, ScheduledExecutorService scheduler, LongSupplier nanoTime, Runnable told) {
            this.everyNanos = everyNanos;
            this.scheduler = scheduler;
            this.nanoTime = nanoTime;
            this.told = told;
            this.notBefore = nanoTime.getAsLong();
        }

        void changed() {
            if (due.compareAndSet(false, true)) {
                try {
                    long delay = Math.max(0, notBefore - nanoTime.getAsLong());
                    var unused = scheduler.schedule(this::tell, delay, TimeUnit.NANOSECONDS);
                } catch (RejectedExecutionException stopped) {
                    // The node stops: nobody is told any more.
                }
            }
        }

        private void tell() {
            due.set(false); // Before the value is read: a change after that is told again.
            notBefore = nanoTime.getAsLong() + everyNanos;
            try {
                told.run();
            } catch (RuntimeException e) {
                LoggerFactory.getLogger(Watch.class).error("a subscriber of a counter threw", e);
            }
        }
    }
}

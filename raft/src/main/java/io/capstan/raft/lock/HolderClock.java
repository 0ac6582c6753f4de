package io.capstan.raft.lock;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The two clocks of a holder's machine, whichever says that more time has passed: the monotonic one stands still while a
 * machine is suspended, the wall clock may be set back. For whoever is told {@link HeldLock#validFor} by another process too.
 * Tests bring their own.
 */
public record HolderClock(LongSupplier nanos, LongSupplier millis) {
    /** The machine's. */
    public static final HolderClock SYSTEM = new HolderClock(System::nanoTime, System::currentTimeMillis);

    /** What both clocks show at one moment. */
    public record Reading(long nanos, long millis) {}

    /** What they show now. */
    public Reading read() {
        return new Reading(nanos.getAsLong(), millis.getAsLong());
    }

    /** What is left of {@code duration} since then, by whichever clock says less; nothing when none is. */
    public Duration left(Duration duration, Reading since) {
        Reading now = read();
        long millis = duration.toMillis() - (now.millis() - since.millis());
        long nanos =
                Math.min(duration.toNanos() - (now.nanos() - since.nanos()), TimeUnit.MILLISECONDS.toNanos(millis));
        return nanos <= 0 ? Duration.ZERO : Duration.ofNanos(nanos);
    }

    /** Whether less than {@code duration} has passed since then. */
    boolean isWithin(Duration duration, Reading since) {
        return !left(duration, since).isZero();
    }
}

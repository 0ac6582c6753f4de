package io.capstan.raft.lock;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The two clocks of a holder's machine. Tests bring their own. */
record HolderClock(LongSupplier nanos, LongSupplier millis) {
    static final HolderClock SYSTEM = new HolderClock(System::nanoTime, System::currentTimeMillis);

    /** What both clocks show at one moment. */
    record Reading(long nanos, long millis) {}

    Reading read() {
        return new Reading(nanos.getAsLong(), millis.getAsLong());
    }

    /** What is left of {@code duration} since then, by whichever clock says less; nothing when none is. */
    Duration left(Duration duration, Reading since) {
        Reading now = read();
        long millis = duration.toMillis() - (now.millis() - since.millis());
        long nanos =
                Math.min(duration.toNanos() - (now.nanos() - since.nanos()), TimeUnit.MILLISECONDS.toNanos(millis));
        return nanos <= 0 ? Duration.ZERO : Duration.ofNanos(nanos);
    }

    /**
     * Whether less than {@code duration} has passed, by whichever clock says that more has: the monotonic one stands still
     * while a machine is suspended, the wall clock may be set back.
     */
    boolean isWithin(Duration duration, Reading since) {
        Reading now = read();
        return now.nanos() - since.nanos() < duration.toNanos() && now.millis() - since.millis() < duration.toMillis();
    }
}

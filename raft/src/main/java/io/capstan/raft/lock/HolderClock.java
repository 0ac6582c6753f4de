package io.capstan.raft.lock;

import java.time.Duration;
import java.util.function.LongSupplier;

/** The two clocks of a holder's machine. Tests bring their own. */
record HolderClock(LongSupplier nanos, LongSupplier millis) {
    static final HolderClock SYSTEM = new HolderClock(System::nanoTime, System::currentTimeMillis);

    /** What both clocks show at one moment. */
    record Reading(long nanos, long millis) {}

    Reading read() {
        return new Reading(nanos.getAsLong(), millis.getAsLong());
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

package io.capstan.raft.lock;

import java.time.Duration;
import java.util.List;

/**
 * One lock or semaphore that is held or waited for.
 *
 * @param name of the lock
 * @param holders who holds it, longest first; the first ten
 * @param waiters names of the nodes that wait, first come first; the first ten
 * @param waiting how many wait
 * @param asOf log time up to which this is known, in milliseconds: of the last entry that was executed
 */
public record LockStatus(String name, List<Holder> holders, List<String> waiters, int waiting, long asOf) {
    /**
     * One that holds it.
     *
     * @param node whose session holds it
     * @param party within the session, or empty
     * @param note that it gave or proclaimed, or empty
     * @param token of its grant
     * @param since log time of its grant, in milliseconds: only differences mean something
     * @param units 1 for a reader, a number of permits of a semaphore, {@link Integer#MAX_VALUE} for a whole lock
     */
    public record Holder(String node, String party, String note, FencingToken token, long since, int units) {}

    public LockStatus {
        holders = List.copyOf(holders);
        waiters = List.copyOf(waiters);
    }

    /** How long one of the holders has held it, by log time. */
    public Duration heldFor(Holder holder) {
        return Duration.ofMillis(Math.max(0, asOf - holder.since()));
    }
}

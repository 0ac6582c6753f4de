package io.capstan.raft.lock;

import java.util.List;

/**
 * One lock or semaphore that is held or waited for.
 *
 * @param name of the lock
 * @param holders who holds it, longest first; the first ten
 * @param waiters names of the nodes that wait, first come first; the first ten
 * @param waiting how many wait
 */
public record LockStatus(String name, List<Holder> holders, List<String> waiters, int waiting) {
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
}

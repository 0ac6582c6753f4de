package io.capstan.raft.lock.core;

/**
 * What a request wants of one name. Locks, read-write locks and semaphores are one thing: a name has units, a request
 * takes some, and whoever came first is served first.
 *
 * @param name of 1 to {@link Limits#NAME_BYTES_MAX} bytes
 * @param units wanted, from 1 to {@code capacity}
 * @param capacity units there are, fixed while anybody holds or waits
 */
public record Claim(String name, int units, int capacity) {
    /** The capacity of a lock: room for more readers than there can be, and for one writer that takes it all. */
    public static final int LOCK = Integer.MAX_VALUE;

    /** The whole lock. */
    public static Claim exclusive(String name) {
        return new Claim(name, LOCK, LOCK);
    }

    /** A reader's part of the lock. */
    public static Claim shared(String name) {
        return new Claim(name, 1, LOCK);
    }

    boolean isExclusive() {
        return units == capacity;
    }
}

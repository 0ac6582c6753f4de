package io.capstan.raft.lock.core;

import java.util.List;

/** What changes the table. Closed; the binary form is {@code LockCodec}'s. Session ids are what {@link Open} gave. */
public sealed interface LockCommand {
    /** A new session, every time it is executed: one that nobody knows of ends by its time to live. */
    record Open(String owner, long ttlMillis) implements LockCommand {}

    /** Renews these sessions: one entry for all of a node. */
    record KeepAlive(List<Long> sessions) implements LockCommand {}

    /** Ends a session and frees what it holds. */
    record Close(long session) implements LockCommand {}

    /**
     * Grants the lock, or queues for it.
     *
     * @param request rises within the session; the same request is the same attempt, however often it is executed
     * @param settled every request below it is over and will not be sent again
     * @param queue whether to wait when the lock is held
     */
    record Acquire(long session, long request, long settled, String name, boolean queue) implements LockCommand {}

    /** Ends a request, whatever has become of it: frees the lock, or leaves the queue, or keeps it from entering. */
    record Release(long session, long request, String name) implements LockCommand {}

    /** Ends a session that was not renewed since the entry {@code renewal} and is overdue. */
    record Expire(long session, long renewal) implements LockCommand {}
}

package io.capstan.raft.lock.core;

import io.capstan.raft.lock.FencingToken;
import java.util.List;

/** What changes the table. Closed; the binary form is {@code LockCodec}'s. Session ids are what {@link Open} gave. */
public sealed interface LockCommand {
    /**
     * A command that is executed once, however often it is in the log.
     *
     * <p>{@code request} rises within the session and is the same in every repetition; every request below
     * {@code settled} was executed or is given up: should it come again, it begins nothing.
     */
    sealed interface Numbered extends LockCommand {
        long session();

        long request();

        long settled();
    }

    /** A new session, every time it is executed: one that nobody knows of ends by its time to live. */
    record Open(String owner, long ttlMillis) implements LockCommand {}

    /** Renews these sessions: one entry for all of a node. */
    record KeepAlive(List<Long> sessions) implements LockCommand {}

    /** Ends a session and frees what it holds. */
    record Close(long session) implements LockCommand {}

    /** Ends a session that was not renewed since the entry {@code renewal} and is overdue. */
    record Expire(long session, long renewal) implements LockCommand {}

    /** Ends the waits whose deadline is over. */
    record EndWaits() implements LockCommand {}

    /**
     * Grants all claims together, or waits for all without holding any.
     *
     * @param party who asks, within the session: the same party enters again what it holds; empty never does
     * @param note shown beside the holder
     * @param waitMillis from the entry's log time; 0 is answered at once
     */
    record Acquire(
            long session, long request, long settled, List<Claim> claims, String party, String note, long waitMillis)
            implements Numbered {}

    /** Ends a request, whatever has become of it: frees what it holds, or leaves the queue, or keeps it from entering. */
    record Release(long session, long request) implements LockCommand {}

    /** Takes a grant away. Names its token, so that executed twice it does not hit the next holder. */
    record Force(String name, FencingToken token) implements LockCommand {}

    /** Changes what is shown beside the holder. */
    record Proclaim(long session, long request, String note) implements LockCommand {}

    /** Executes {@code command} if the grant of that token still holds {@code name}; it is not one of these itself. */
    record RunIfHeld(String name, FencingToken token, LockCommand command) implements LockCommand {}

    /**
     * Frees the exclusive lock that {@code held} holds, however often its party entered it, and waits for a signal; then
     * for the lock. The request takes the place of {@code held}, which is over.
     */
    record Await(long session, long request, long settled, long held, String condition, long waitMillis)
            implements Numbered {}

    /** Sends the first {@code count} that wait for the condition back to the lock that {@code held} holds. */
    record Signal(long session, long request, long settled, long held, String condition, int count)
            implements Numbered {}

    /** Makes a latch that opens when it was counted down {@code count} times, and breaks with its session. */
    record MakeLatch(long session, long request, long settled, String name, long count) implements Numbered {}

    /** Counts a latch down by one. */
    record CountDown(long session, long request, long settled, String name) implements Numbered {}

    /** Waits for a latch; one that does not exist is open. */
    record AwaitLatch(long session, long request, long settled, String name, long waitMillis) implements Numbered {}

    /** Waits until {@code parties} have arrived; the barrier breaks for all when one of them leaves before. */
    record Arrive(long session, long request, long settled, String name, int parties, long waitMillis)
            implements Numbered {}
}

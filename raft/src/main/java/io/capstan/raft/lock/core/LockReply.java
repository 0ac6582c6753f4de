package io.capstan.raft.lock.core;

import io.capstan.raft.lock.FencingToken;
import io.capstan.raft.lock.LockStatus;
import java.util.List;

/** What the table answers. Closed. */
public sealed interface LockReply {
    /** The new session. */
    record Opened(long session) implements LockReply {}

    /** Which of the sessions named are no more, and which grants of the others were taken away. */
    record Renewed(List<Long> gone, List<Revoked> revoked) implements LockReply {}

    /** A request whose grant was taken away by an operator; told until the request is released. */
    record Revoked(long session, long request) {}

    /** Done, or done before. */
    record Done() implements LockReply {}

    /**
     * The request holds what it claimed.
     *
     * @param signalled false when it comes back from a condition without a signal
     */
    record Granted(FencingToken token, boolean signalled) implements LockReply {}

    /** The request waits. */
    record Waiting(String holder) implements LockReply {}

    /** Another request holds the lock, and this one does not wait. */
    record Held(String holder) implements LockReply {}

    /** The request is over. */
    record Over(Outcome outcome) implements LockReply {}

    /** The session is no more. */
    record NoSession() implements LockReply {}

    /** The grant named is no more. */
    record NotHeld() implements LockReply {}

    /** A limit of the table is reached. */
    record Full(String limit) implements LockReply {}

    /** What was asked cannot be: another capacity, a condition of a lock not held, and the like. */
    record Refused(String why) implements LockReply {}

    /** A page of locks, by name. */
    record Page(List<LockStatus> locks) implements LockReply {}
}

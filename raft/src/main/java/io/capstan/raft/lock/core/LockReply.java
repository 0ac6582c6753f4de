package io.capstan.raft.lock.core;

import io.capstan.raft.lock.FencingToken;
import io.capstan.raft.lock.LockStatus;
import java.util.List;

/** What the table answers. Closed. */
public sealed interface LockReply {
    /** The new session. */
    record Opened(long session) implements LockReply {}

    /** Which of the sessions named are no more. */
    record Renewed(List<Long> gone) implements LockReply {}

    /** Done, or done before. */
    record Done() implements LockReply {}

    /** The request holds the lock. */
    record Granted(FencingToken token) implements LockReply {}

    /** The request waits in the lock's queue. */
    record Waiting(String holder) implements LockReply {}

    /** Another request holds the lock, and this one does not wait. */
    record Held(String holder) implements LockReply {}

    /** The request is over, or never was. */
    record Over() implements LockReply {}

    /** The session is no more. */
    record NoSession() implements LockReply {}

    /** A limit of the table is reached. */
    record Full(String limit) implements LockReply {}

    /** A page of locks, by name. */
    record Page(List<LockStatus> locks) implements LockReply {}
}

package io.capstan.raft.lock;

import io.capstan.actors.Failure;

/**
 * Why a lock was not granted: in every case the caller does not hold it. Or why what {@link Gates} and {@link HeldLock#signal}
 * were to do is not known to be done: with NO_MAJORITY and SESSION_LOST it may have been, and {@link #next} says so.
 */
public final class LockFailure extends Failure {
    /** The kinds that callers tell apart. */
    public enum Kind {
        /** Somebody else holds it, and did until the deadline. */
        HELD(Next.RETRY),
        /** The latch was not open, or the barrier not complete, at the deadline. */
        TIMED_OUT(Next.RETRY),
        /** The latch's maker is gone, or another has left the barrier: nobody will open it any more. */
        BROKEN(Next.DO_NOT_RETRY),
        /** No majority of the voters answered in time; what may have been asked is withdrawn. */
        NO_MAJORITY(Next.RETRY),
        /** The session is lost or closed: open another. */
        SESSION_LOST(Next.DO_NOT_RETRY),
        /** It cannot be, as the message says: another number of permits, a reader that asks to become a writer. */
        INVALID(Next.DO_NOT_RETRY),
        /** A limit is reached, as the message says. */
        OVERLOADED(Next.RETRY);

        private final Next next;

        Kind(Next next) {
            this.next = next;
        }
    }

    private final Kind kind;

    public LockFailure(Kind kind, String message) {
        this(kind, kind.next, message);
    }

    LockFailure(Kind kind, Next next, String message) {
        super(next, message);
        this.kind = kind;
    }

    /** What is wrong. */
    public Kind kind() {
        return kind;
    }
}

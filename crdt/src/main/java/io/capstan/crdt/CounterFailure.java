package io.capstan.crdt;

import io.capstan.actors.Failure;

/** Why a counter refuses. Nothing was done. */
public final class CounterFailure extends Failure {
    /** The kinds that callers tell apart. */
    public enum Kind {
        /** The name is empty, too long, or no proper text. */
        BAD_NAME,
        /** This node has as many counters as {@code capstan.crdt.counters.counters-max} allows. */
        TOO_MANY_COUNTERS,
        /**
         * One cell of this node would have gone beyond 2^55. A counter has one cell per sum, and some more once threads
         * were seen to collide: another thread's cell may still have room.
         */
        TOO_MUCH_ADDED,
        /** The value does not fit 64 bits at present. */
        VALUE_OVERFLOW
    }

    private final Kind kind;

    CounterFailure(Kind kind, String message) {
        super(Next.DO_NOT_RETRY, message);
        this.kind = kind;
    }

    /** What is wrong. */
    public Kind kind() {
        return kind;
    }
}

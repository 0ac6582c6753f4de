package io.capstan.crdt;

import io.capstan.actors.Failure;

/** Why a counter refuses. Unless the kind says otherwise, nothing was done. */
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
        VALUE_OVERFLOW,
        /** {@link Ack#disk} was asked for of counters that live in memory. */
        NOT_DURABLE,
        /** The operation's id or deltas are empty, too long, or too large. */
        BAD_OPERATION,
        /** The operation's id was used before, with other deltas. Those count. */
        OPERATION_CONFLICT,
        /**
         * The operation was added longer ago than {@code capstan.crdt.counters.operations-window}, and is about to be
         * forgotten: it counts, and nothing was done now. A later try, here or on another node, may count again.
         */
        OPERATION_FORGOTTEN,
        /** This node holds as many operations as {@code capstan.crdt.counters.operations-max} allows. */
        TOO_MANY_OPERATIONS,
        /** More starts of nodes have counted than one reset can name. */
        TOO_MANY_SLOTS,
        /**
         * As many calls wait for other nodes as {@code capstan.crdt.counters.waiting-max} allows. A plain add counts here all
         * the same, and whether others have it is unknown.
         */
        TOO_MANY_WAITING,
        /**
         * Counted here, or reset, and on its way; but not on as many other nodes in time. An operation may be repeated, a
         * plain add would count twice, another reset would take out what was added meanwhile.
         */
        NOT_ACKNOWLEDGED,
        /**
         * The operation or the reset was not even begun in time; nothing was done. Also of a node that has not joined yet
         * those who agree on what is folded.
         */
        NOT_BEGUN,
        /** A bounded counter's rights did not come here in time: there are too few, or they are out of reach. */
        NOT_ENOUGH,
        /** The other nodes did not answer in time, or what they have seen did not come here in time. */
        NOT_SEEN,
        /**
         * The node stops. Whether others have what was added or reset here is unknown; an operation may be repeated elsewhere.
         * Whoever only read, or wanted to take, has done nothing.
         */
        STOPPED
    }

    private final Kind kind;

    CounterFailure(Kind kind, String message) {
        this(Next.DO_NOT_RETRY, kind, message);
    }

    CounterFailure(Next next, Kind kind, String message) {
        super(next, message);
        this.kind = kind;
    }

    /** What is wrong. */
    public Kind kind() {
        return kind;
    }
}

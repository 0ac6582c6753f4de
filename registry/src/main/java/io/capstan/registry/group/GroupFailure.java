package io.capstan.registry.group;

import io.capstan.actors.Failure;

/** Why something about a group was not done. */
public final class GroupFailure extends Failure {
    /** The kinds that callers tell apart. */
    public enum Kind {
        /** The process lives on another node, and joins and leaves there only. */
        NOT_LOCAL(Next.DO_NOT_RETRY),
        /** The process's reference, of its path and the node's address, is too long for the wire. */
        REFERENCE_TOO_LONG(Next.DO_NOT_RETRY),
        /** The group is not created, as far as the node that was asked knows. */
        NO_SUCH_GROUP(Next.RETRY),
        /** The process's node is away or did not answer: it may have joined or left. */
        NO_CONNECTION(Next.OUTCOME_UNKNOWN),
        /** A limit of this node, which the message names. */
        TOO_MANY(Next.RETRY),
        /** The node is stopping. */
        CLOSED(Next.DO_NOT_RETRY);

        private final Next next;

        Kind(Next next) {
            this.next = next;
        }
    }

    private final Kind kind;

    GroupFailure(Kind kind, String message) {
        super(kind.next, message);
        this.kind = kind;
    }

    /** What is wrong. */
    public Kind kind() {
        return kind;
    }
}

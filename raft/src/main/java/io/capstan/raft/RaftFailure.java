package io.capstan.raft;

import io.capstan.actors.Failure;

/** Why a group did not do what was asked. */
public final class RaftFailure extends Failure {
    /** The kinds that callers tell apart. */
    public enum Kind {
        /** No leader with a majority was found in time. Nothing was done. */
        NO_LEADER(Next.RETRY),
        /** No node that can be reached has a member of this group. Nothing was done. */
        NO_MEMBER(Next.RETRY),
        /** Too much is waiting already. Nothing was done. */
        OVERLOADED(Next.RETRY),
        /** The membership cannot be changed so now, as the message says. Nothing was done; look again. */
        NOT_NOW(Next.RETRY),
        /** The command was sent and no answer came: it was executed, will be, or never will. */
        UNKNOWN_OUTCOME(Next.OUTCOME_UNKNOWN),
        /** The state machine threw. What it had changed until then stays. */
        MACHINE_FAILED(Next.DO_NOT_RETRY),
        /** The request makes no sense, as its message says. Nothing was done. */
        INVALID(Next.DO_NOT_RETRY),
        /** A key is missing or wrong, as the message says. Nothing was done. */
        NOT_CONFIGURED(Next.DO_NOT_RETRY),
        /** The member's log on this node is damaged or from a newer Capstan; it takes no part. */
        DAMAGED(Next.DO_NOT_RETRY);

        private final Next next;

        Kind(Next next) {
            this.next = next;
        }
    }

    private final Kind kind;

    public RaftFailure(Kind kind, String message) {
        super(kind.next, message);
        this.kind = kind;
    }

    /** What is wrong. */
    public Kind kind() {
        return kind;
    }
}

package io.capstan.actors;

/** Why {@link Node#connect} has no link to tell of. */
public final class ConnectFailure extends Failure {
    /** The kinds that callers tell apart. */
    public enum Kind {
        /** Nobody answered in time, or whoever did may let us in later; the message tells. The same call again is safe. */
        NO_ANSWER,
        /**
         * Whoever answers there does not want this node: another cluster, another secret, a certificate it does not know,
         * another version; or it was told to stay apart. Or this node has stopped, or is the one there. The message tells which.
         */
        REFUSED
    }

    private final Kind kind;

    public ConnectFailure(Kind kind, String message) {
        super(kind == Kind.NO_ANSWER ? Next.RETRY : Next.DO_NOT_RETRY, message);
        this.kind = kind;
    }

    /** What is wrong. */
    public Kind kind() {
        return kind;
    }
}

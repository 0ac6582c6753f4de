package io.capstan.actors;

/**
 * Why a node does not start, in one line that names the cause and the cure. Trouble with its directory comes as a
 * {@link Failure} of the store instead.
 */
public final class StartFailure extends Failure {
    /** The kinds that callers tell apart. */
    public enum Kind {
        /** A setting is missing or out of its range; the message names key and value. */
        BAD_SETTING,
        /** Another process listens on the node's port, or its host name is not one of this machine. */
        CANNOT_LISTEN,
        /** The node knows no cluster, and was told neither to form one nor whom to join. */
        NO_CLUSTER
    }

    private final Kind kind;

    public StartFailure(Kind kind, String message) {
        super(Next.DO_NOT_RETRY, message);
        this.kind = kind;
    }

    /** What is wrong. */
    public Kind kind() {
        return kind;
    }
}

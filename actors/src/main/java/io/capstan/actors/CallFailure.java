package io.capstan.actors;

/** Why a {@link Call} has no reply. */
public final class CallFailure extends Failure {
    /** The kinds that callers tell apart. */
    public enum Kind {
        /** The target was gone before the request was sent. Its reference never comes alive again: find its successor. */
        NOPROC,
        /** The target stopped, for whatever reason, before it replied. It may have done what was asked. */
        STOPPED,
        /** The deadline passed. A late reply is dropped. */
        TIMEOUT
    }

    private final Kind kind;

    public CallFailure(Kind kind, String message) {
        super(kind == Kind.NOPROC ? Next.DO_NOT_RETRY : Next.OUTCOME_UNKNOWN, message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}

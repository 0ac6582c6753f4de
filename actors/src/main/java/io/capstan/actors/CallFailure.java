package io.capstan.actors;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why a {@link Call} has no reply. */
public final class CallFailure extends Failure {
    /** The kinds that callers tell apart. */
    public enum Kind {
        /**
         * The target is not there. Its reference never comes alive again: find its successor. On this node nothing was done;
         * on another it may have ended just after it got the request, and the outcome is unknown.
         */
        NOPROC,
        /**
         * The target's node is out of reach, and nothing was sent: the same call is safe later (not from a system that has
         * ended). Or it went out of reach while the call waited, and the outcome is unknown.
         */
        NOCONNECTION,
        /** The target ended before it replied, for the {@link CallFailure#reason()}. The outcome is unknown. */
        STOPPED,
        /** The deadline passed, and the outcome is unknown. A late reply is dropped. */
        TIMEOUT
    }

    private final Kind kind;
    private final @Nullable ExitReason reason;

    public CallFailure(Kind kind, Next next, @Nullable ExitReason reason, String message) {
        super(next, message);
        this.kind = kind;
        this.reason = reason;
    }

    /** What is wrong. */
    public Kind kind() {
        return kind;
    }

    /** Why the target is gone; empty after a {@code TIMEOUT}. */
    public Optional<ExitReason> reason() {
        return Optional.ofNullable(reason);
    }
}

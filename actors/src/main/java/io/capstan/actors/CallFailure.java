package io.capstan.actors;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why a {@link Call} has no reply. */
public final class CallFailure extends Failure {
    /** The kinds that callers tell apart. */
    public enum Kind {
        /** The target is not there. Its reference never comes alive again: find its successor. */
        NOPROC,
        /** The target's node is out of reach, or went out of reach while the call waited. */
        NOCONNECTION,
        /** The target ended before it replied, for the {@link CallFailure#reason()}. It may have done what was asked. */
        STOPPED,
        /** The deadline passed. A late reply is dropped. */
        TIMEOUT
    }

    private final Kind kind;
    private final @Nullable ExitReason reason;

    public CallFailure(Kind kind, Next next, @Nullable ExitReason reason, String message) {
        super(next, message);
        this.kind = kind;
        this.reason = reason;
    }

    public Kind kind() {
        return kind;
    }

    /** Why the target is gone; empty after a {@code TIMEOUT}. */
    public Optional<ExitReason> reason() {
        return Optional.ofNullable(reason);
    }
}

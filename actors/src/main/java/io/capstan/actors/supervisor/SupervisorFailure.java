package io.capstan.actors.supervisor;

import io.capstan.actors.ExitReason;
import io.capstan.actors.Failure;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why a supervisor does not do what {@link Children} asked. */
public final class SupervisorFailure extends Failure {
    /** The kinds that callers tell apart. */
    public enum Kind {
        /** A child with this id is there and does not run: restart it, or delete it first. */
        ALREADY_PRESENT(Next.DO_NOT_RETRY),
        /** A child with this id runs. */
        ALREADY_STARTED(Next.DO_NOT_RETRY),
        /** There is no such child. */
        NOT_FOUND(Next.DO_NOT_RETRY),
        /** It cannot be done to a child that runs: terminate it first. */
        RUNNING(Next.DO_NOT_RETRY),
        /** The child failed to start, for the {@link SupervisorFailure#reason()}; a new one is not kept. */
        FAILED_TO_START(Next.DO_NOT_RETRY),
        /** The child stopped within its start without a failure; its specification is kept unless it is temporary. */
        DECLINED(Next.DO_NOT_RETRY),
        /** The child's specification does not suit its supervisor. */
        BAD_SPEC(Next.DO_NOT_RETRY),
        /** It has as many children as it may have, or as many requests waiting. */
        TOO_MANY(Next.RETRY);

        private final Next next;

        Kind(Next next) {
            this.next = next;
        }
    }

    private final Kind kind;
    private final @Nullable ExitReason reason;

    public SupervisorFailure(Kind kind, @Nullable ExitReason reason, String message) {
        super(kind.next, message);
        this.kind = kind;
        this.reason = reason;
    }

    /** What is wrong. */
    public Kind kind() {
        return kind;
    }

    /** Why the child failed to start; empty otherwise. */
    public Optional<ExitReason> reason() {
        return Optional.ofNullable(reason);
    }
}

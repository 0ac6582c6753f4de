package io.capstan.actors;

/**
 * The root of all refusals that Capstan tells its callers. An outcome, not a bug: it carries no stack trace.
 *
 * <p>Whoever catches one has one question, and {@link #next()} answers it: may I simply try again?
 */
public abstract class Failure extends RuntimeException {
    /** What the caller may do next. */
    public enum Next {
        /** Nothing was done. The same call again is safe. */
        RETRY,
        /** It may have been done, or may yet be. Look before you call again, or make the call idempotent. */
        OUTCOME_UNKNOWN,
        /** Nothing was done, and the same call again will be refused again. */
        DO_NOT_RETRY
    }

    private final Next next;

    protected Failure(Next next, String message) {
        super(message, null, false, false);
        this.next = next;
    }

    /** The caller's next move. */
    public final Next next() {
        return next;
    }
}

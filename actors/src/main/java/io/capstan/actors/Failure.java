package io.capstan.actors;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * The root of all refusals that Capstan tells its callers. An outcome, not a bug: it carries no stack trace.
 *
 * <p>Whoever catches one has one question, and {@link #next()} answers it: may I simply try again? Whoever has it of a stage
 * may find it wrapped: {@link #cause}.
 */
public abstract class Failure extends RuntimeException {
    /** What the caller may do next. */
    public enum Next {
        /**
         * The same call again is safe: nothing was done, or it was taken back, or it counts once however often it is done.
         */
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

    /**
     * What a stage failed with. Stages that come of others wrap it in a {@code CompletionException}, and {@code get} in an
     * {@code ExecutionException}; others do not: whoever asks for the kind of a refusal asks for it behind this.
     *
     * @param thrown what {@code handle}, {@code exceptionally}, {@code join} or {@code get} came with
     * @return itself when it wraps nothing
     */
    public static Throwable cause(Throwable thrown) {
        Throwable cause = thrown.getCause();
        boolean wraps = thrown instanceof CompletionException || thrown instanceof ExecutionException;
        return wraps && cause != null ? cause : thrown;
    }

    /** The caller's next move. */
    public final Next next() {
        return next;
    }
}

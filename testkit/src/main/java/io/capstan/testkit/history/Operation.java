package io.capstan.testkit.history;

import org.jspecify.annotations.Nullable;

/**
 * One request of a client and what came of it.
 *
 * @param process who asked: it asks one thing after the other, and nothing more after an unknown outcome
 * @param output what it was told; null when the outcome is unknown
 * @param invokedNanos when it asked, by a monotonic clock common to the whole history
 * @param returnedNanos when it was told; {@link #NEVER} when the outcome is unknown
 */
public record Operation<I, O>(
        int process, I input, @Nullable O output, long invokedNanos, long returnedNanos) {
    /** The return of a request whose outcome is unknown: it may still happen. */
    public static final long NEVER = Long.MAX_VALUE;

    public Operation {
        if (returnedNanos < invokedNanos) {
            throw new IllegalArgumentException(
                    "an answer cannot come before its request: " + returnedNanos + " < " + invokedNanos);
        }
        if ((output == null) != (returnedNanos == NEVER)) {
            throw new IllegalArgumentException("an operation has an answer and a time for it, or neither");
        }
    }

    /** An operation that was answered. */
    public static <I, O> Operation<I, O> answered(
            int process, I input, O output, long invokedNanos, long returnedNanos) {
        return new Operation<>(process, input, output, invokedNanos, returnedNanos);
    }

    /** An operation that may have happened at any time from then on, or never. */
    public static <I, O> Operation<I, O> open(int process, I input, long invokedNanos) {
        return new Operation<>(process, input, null, invokedNanos, NEVER);
    }

    public boolean isOpen() {
        return returnedNanos == NEVER;
    }
}

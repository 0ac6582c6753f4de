package io.capstan.testkit.history;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * A service as one copy that answers one request at a time.
 *
 * <p>States are immutable values with {@code equals} and {@code hashCode}: the judge remembers where it has been.
 *
 * @param <S> state
 * @param <I> request
 * @param <O> answer
 */
public interface Model<S, I, O> {
    /** The state before any request. */
    S initial();

    /**
     * The states in which the service may be after it took the request and gave this answer; empty when it could not
     * have given it.
     *
     * @param output null when nobody knows the answer: any will do
     */
    Collection<S> step(S state, I input, @Nullable O output);

    /**
     * Requests with different keys never touch the same state: they are judged apart, which is what makes long histories
     * affordable (a history is linearizable exactly if its part for each object is: Herlihy and Wing, theorem 1).
     */
    default Object key(I input) {
        return "";
    }
}

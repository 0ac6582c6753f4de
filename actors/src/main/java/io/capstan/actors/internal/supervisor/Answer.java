package io.capstan.actors.internal.supervisor;

import io.capstan.actors.supervisor.SupervisorFailure;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a supervisor replies: one of the two. Does not leave its node. */
public record Answer<R>(@Nullable R result, @Nullable SupervisorFailure failure) {
    static <R> Answer<R> of(R result) {
        return new Answer<>(result, null);
    }

    static <R> Answer<R> refused(SupervisorFailure.Kind kind, String message) {
        return new Answer<>(null, new SupervisorFailure(kind, null, message));
    }

    /** The result, or the failure thrown. */
    public R get() {
        if (failure != null) {
            throw failure;
        }
        return Objects.requireNonNull(result);
    }
}

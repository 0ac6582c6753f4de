package io.capstan.actors;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What a stage failed with")
class FailureTest {
    private final Failure refusal =
            new CallFailure(CallFailure.Kind.TIMEOUT, Failure.Next.OUTCOME_UNKNOWN, null, "late");

    @Test
    @DisplayName("is the same whether a stage has wrapped it or not")
    void isTheSameWrappedOrNot() throws InterruptedException {
        CompletableFuture<String> failed = CompletableFuture.failedFuture(refusal);
        assertThat(failed.<Throwable>handle((value, thrown) -> Failure.cause(thrown))
                        .join())
                .isSameAs(refusal);
        assertThat(failed.thenApply(value -> value)
                        .<Throwable>handle((value, thrown) -> Failure.cause(thrown))
                        .join())
                .isSameAs(refusal);
        try {
            failed.get();
        } catch (ExecutionException thrown) {
            assertThat(Failure.cause(thrown)).isSameAs(refusal);
        }
    }

    @Test
    @DisplayName("is itself where it has a cause of its own, or wraps nothing")
    void isItselfWhereItHasACauseOfItsOwn() {
        Throwable own = new IllegalStateException("its own", refusal);
        assertThat(Failure.cause(own)).isSameAs(own);
        Throwable bare = new CompletionException("bare", null);
        assertThat(Failure.cause(bare)).isSameAs(bare);
    }
}

package io.capstan.actors.internal.turn;

import io.capstan.actors.Failure;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * An outcome as users get it. Whoever only waits for it is woken by the thread that has it, without a detour; it is completed
 * on its users' threads, so that nothing that depends on it holds that thread up. Also not by way of other futures: those
 * ({@code allOf}, {@code thenCompose}) are completed by whoever completes this one, whatever it overrides.
 *
 * <p>Nothing here uses internals of the JDK. From Java 19 on a future has a {@code state()} too, whose type Java 17 does not
 * know: it may still tell that this one runs when {@link #isDone} tells that it is done, until its users' thread has it.
 */
public final class Promise<T> extends CompletableFuture<T> {
    /** For whoever waits. */
    private final CompletableFuture<T> known = new CompletableFuture<>();

    private Promise() {
        // Users may complete it too: a deadline that they have set, a cancellation.
        CompletionStage<T> itself = this;
        itself.whenComplete((value, failure) -> settle(known, value, failure));
    }

    /** The outcome, for {@code users}. */
    public static <T> Promise<T> of(CompletionStage<T> outcome, Executor users) {
        Promise<T> promise = new Promise<>();
        outcome.whenComplete((value, failure) -> {
            settle(promise.known, value, failure);
            try {
                users.execute(() -> settle(promise, value, failure));
            } catch (RejectedExecutionException ended) {
                // So has the node: there is nobody left to be held up.
                settle(promise, value, failure);
            }
        });
        return promise;
    }

    private static <T> void settle(CompletableFuture<T> future, T value, @Nullable Throwable failure) {
        if (failure == null) {
            future.complete(value);
        } else {
            future.completeExceptionally(failure);
        }
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        return known.get();
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        return known.get(timeout, unit);
    }

    @Override
    public T join() {
        return known.join();
    }

    @Override
    public T getNow(T otherwise) {
        return known.getNow(otherwise);
    }

    @Override
    public boolean isDone() {
        return known.isDone();
    }

    @Override
    public boolean isCancelled() {
        return known.isCancelled();
    }

    @Override
    public boolean isCompletedExceptionally() {
        return known.isCompletedExceptionally();
    }

    /** As {@code Future} has it from Java 19 on; before that it overrides nothing. */
    public T resultNow() {
        if (!isDone() || isCompletedExceptionally()) {
            throw new IllegalStateException(isDone() ? "it failed, or was cancelled" : "it is not done");
        }
        return known.join();
    }

    /** As {@code Future} has it from Java 19 on; before that it overrides nothing. */
    public Throwable exceptionNow() {
        if (!isCompletedExceptionally() || isCancelled()) {
            throw new IllegalStateException(isDone() ? "it did not fail, or was cancelled" : "it is not done");
        }
        return Failure.cause(known.<Throwable>handle((value, why) -> why).join());
    }
}

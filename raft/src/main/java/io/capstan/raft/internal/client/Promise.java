package io.capstan.raft.internal.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * An outcome as users get it. Whoever only waits for it is woken by the thread that completes it, without a detour; every
 * function that depends on it runs on {@link UsersThreads}, so that nothing that a user does holds that thread up.
 */
final class Promise<T> extends CompletableFuture<T> {
    private final Executor users;

    private Promise(Executor users) {
        this.users = users;
    }

    static <T> Promise<T> of(CompletionStage<T> outcome, Executor users) {
        Promise<T> promise = new Promise<>(users);
        outcome.whenComplete((value, failure) -> {
            if (failure == null) {
                promise.complete(value);
            } else {
                promise.completeExceptionally(failure);
            }
        });
        return promise;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new Promise<>(users);
    }

    @Override
    public Executor defaultExecutor() {
        return users;
    }

    @Override
    public <U> CompletableFuture<U> thenApply(Function<? super T, ? extends U> next) {
        return thenApplyAsync(next, users);
    }

    @Override
    public CompletableFuture<Void> thenAccept(Consumer<? super T> next) {
        return thenAcceptAsync(next, users);
    }

    @Override
    public CompletableFuture<Void> thenRun(Runnable next) {
        return thenRunAsync(next, users);
    }

    @Override
    public <U, V> CompletableFuture<V> thenCombine(
            CompletionStage<? extends U> other, BiFunction<? super T, ? super U, ? extends V> next) {
        return thenCombineAsync(other, next, users);
    }

    @Override
    public <U> CompletableFuture<Void> thenAcceptBoth(
            CompletionStage<? extends U> other, BiConsumer<? super T, ? super U> next) {
        return thenAcceptBothAsync(other, next, users);
    }

    @Override
    public CompletableFuture<Void> runAfterBoth(CompletionStage<?> other, Runnable next) {
        return runAfterBothAsync(other, next, users);
    }

    @Override
    public <U> CompletableFuture<U> applyToEither(CompletionStage<? extends T> other, Function<? super T, U> next) {
        return applyToEitherAsync(other, next, users);
    }

    @Override
    public CompletableFuture<Void> acceptEither(CompletionStage<? extends T> other, Consumer<? super T> next) {
        return acceptEitherAsync(other, next, users);
    }

    @Override
    public CompletableFuture<Void> runAfterEither(CompletionStage<?> other, Runnable next) {
        return runAfterEitherAsync(other, next, users);
    }

    @Override
    public <U> CompletableFuture<U> thenCompose(Function<? super T, ? extends CompletionStage<U>> next) {
        return thenComposeAsync(next, users);
    }

    @Override
    public CompletableFuture<T> whenComplete(BiConsumer<? super T, ? super Throwable> next) {
        return whenCompleteAsync(next, users);
    }

    @Override
    public <U> CompletableFuture<U> handle(BiFunction<? super T, Throwable, ? extends U> next) {
        return handleAsync(next, users);
    }

    @Override
    public CompletableFuture<T> exceptionally(Function<Throwable, ? extends T> next) {
        return exceptionallyAsync(next, users);
    }

    @Override
    public CompletableFuture<T> exceptionallyCompose(Function<Throwable, ? extends CompletionStage<T>> next) {
        return exceptionallyComposeAsync(next, users);
    }
}

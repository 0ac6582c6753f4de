package io.capstan.actors.internal.store;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What a completion was told. */
final class Told implements Store.Completion {
    final CompletableFuture<String> outcome = new CompletableFuture<>();

    @Override
    public void durable() {
        outcome.complete("durable");
    }

    @Override
    public void failed(StoreFailure failure) {
        outcome.complete(failure.kind().name());
    }

    String await() {
        try {
            return outcome.get(20, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException nothingTold) {
            throw new AssertionError("the completion was told nothing", nothingTold);
        }
    }
}

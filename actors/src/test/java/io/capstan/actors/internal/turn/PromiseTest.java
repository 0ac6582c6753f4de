package io.capstan.actors.internal.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PromiseTest {
    private final ExecutorService users = Executors.newSingleThreadExecutor(task -> new Thread(task, "users"));
    private final LinkedBlockingQueue<String> ran = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> outcome = new CompletableFuture<>();
    private final CompletionStage<Integer> promise = Promise.of(outcome, users);

    @AfterEach
    void stop() {
        users.shutdown();
    }

    private void here() {
        ran.add(Thread.currentThread().getName());
    }

    @Test
    void everythingThatDependsOnItRunsOnUsersThreads() throws Exception {
        promise.thenApply(value -> value + 1).thenAccept(value -> here());
        promise.thenRun(this::here).thenRun(this::here);
        promise.whenComplete((value, failure) -> here());
        promise.handle((value, failure) -> 1).thenCompose(value -> {
            here();
            return CompletableFuture.completedFuture(value);
        });
        outcome.complete(1);

        for (int i = 0; i < 5; i++) {
            assertThat(ran.poll(10, TimeUnit.SECONDS)).isEqualTo("users");
        }
    }

    @Test
    void whatFollowsAFailureToo() throws Exception {
        promise.exceptionally(failure -> {
            here();
            return 0;
        });
        outcome.completeExceptionally(new IllegalStateException("as asked"));

        assertThat(ran.poll(10, TimeUnit.SECONDS)).isEqualTo("users");
    }

    @Test
    void whoeverOnlyWaitsNeedsNoneOfThem() {
        users.shutdown();

        outcome.complete(1);

        assertThat(promise.toCompletableFuture().join()).isEqualTo(1);
    }

    @Test
    void whatDependsOnItThroughAnotherFutureRunsThereToo() throws Exception {
        CompletableFuture<Integer> itself = promise.toCompletableFuture();
        CompletableFuture<Integer> begun = CompletableFuture.completedFuture(1);
        List<CompletionStage<?>> ways = List.of(
                CompletableFuture.allOf(itself, begun),
                CompletableFuture.anyOf(itself),
                begun.thenCompose(value -> promise),
                begun.thenCombine(promise, Integer::sum),
                itself.copy(),
                itself.minimalCompletionStage());
        ways.forEach(way -> way.thenRun(this::here));
        outcome.complete(1);

        for (int i = 0; i < ways.size(); i++) {
            assertThat(ran.poll(10, TimeUnit.SECONDS)).isEqualTo("users");
        }
    }

    @Test
    void whoeverGivesItUpWaitsForItNoLonger() {
        CompletableFuture<Integer> itself = promise.toCompletableFuture();
        assertThat(itself.cancel(false)).isTrue();

        assertThat(itself).isCancelled();
        assertThatThrownBy(itself::join).isInstanceOf(CancellationException.class);
        assertThat(outcome).isNotDone();
    }

    @Test
    void itIsDoneForWhoeverWaitedForIt() {
        users.shutdown();
        CompletableFuture<Integer> itself = promise.toCompletableFuture();
        outcome.completeExceptionally(new IllegalStateException("as asked"));

        assertThatThrownBy(itself::get).hasCauseInstanceOf(IllegalStateException.class);
        assertThat(itself).isCompletedExceptionally();
        assertThatThrownBy(() -> itself.getNow(0)).isInstanceOf(CompletionException.class);
    }

    @Test
    void whoAsksWithoutWaitingIsToldAsSoonAsItIsDone() {
        CompletableFuture<Integer> failing = new CompletableFuture<>();
        Promise<Integer> fails = Promise.of(failing, task -> {});
        Promise<Integer> succeeds = Promise.of(outcome, task -> {});
        assertThatThrownBy(succeeds::resultNow).isInstanceOf(IllegalStateException.class);

        outcome.complete(1);
        IllegalStateException why = new IllegalStateException("as asked");
        failing.completeExceptionally(why);

        assertThat(succeeds.resultNow()).isEqualTo(1);
        assertThat(fails.exceptionNow()).isSameAs(why);
        assertThatThrownBy(succeeds::exceptionNow).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(fails::resultNow).isInstanceOf(IllegalStateException.class);
    }
}

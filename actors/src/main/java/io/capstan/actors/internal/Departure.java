package io.capstan.actors.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The first half of an orderly stop, in which nothing is closed yet: see {@link Leaving}. Thread-safe. */
final class Departure {
    private static final Logger log = LoggerFactory.getLogger(Departure.class);

    private final Duration within;
    private final Executor executor;
    private final Map<Leaving, List<Supplier<? extends CompletionStage<?>>>> steps = new EnumMap<>(Leaving.class);
    private final Map<Leaving, CompletableFuture<Void>> begun = new EnumMap<>(Leaving.class);

    /** @param within what each stage may take: a majority that is away, or an actor that is dead, must not keep a node */
    Departure(Duration within, Executor executor) {
        this.within = within;
        this.executor = executor;
    }

    synchronized void add(Leaving stage, Supplier<? extends CompletionStage<?>> step) {
        steps.computeIfAbsent(stage, none -> new ArrayList<>()).add(step);
    }

    /** Goes through all stages up to {@code last} that it has not gone through yet; never fails. */
    synchronized CompletableFuture<Void> upTo(Leaving last) {
        CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
        for (Leaving stage : Leaving.values()) {
            if (stage.compareTo(last) <= 0) {
                CompletableFuture<Void> before = done;
                done = begun.computeIfAbsent(stage, fresh -> before.thenComposeAsync(ready -> all(fresh), executor));
            }
        }
        return done;
    }

    private CompletionStage<Void> all(Leaving stage) {
        List<Supplier<? extends CompletionStage<?>>> own;
        synchronized (this) {
            own = List.copyOf(steps.getOrDefault(stage, List.of()));
        }
        CompletableFuture<?>[] under =
                own.stream().map(step -> begin(stage, step)).toArray(CompletableFuture<?>[]::new);
        CompletableFuture<Boolean> over = CompletableFuture.allOf(under).handle((done, failure) -> true);
        return over.completeOnTimeout(false, within.toMillis(), TimeUnit.MILLISECONDS)
                .thenAccept(inTime -> {
                    if (!inTime) {
                        log.warn("stops without waiting any longer for {} (capstan.actors.leave-within)", stage);
                    }
                });
    }

    private static CompletableFuture<?> begin(Leaving stage, Supplier<? extends CompletionStage<?>> step) {
        try {
            return step.get().toCompletableFuture();
        } catch (RuntimeException e) {
            log.warn("a step of {} did not begin", stage, e);
            return CompletableFuture.completedFuture(null);
        }
    }
}

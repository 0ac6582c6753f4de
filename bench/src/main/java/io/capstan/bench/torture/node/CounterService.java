package io.capstan.bench.torture.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import io.capstan.actors.Failure;
import io.capstan.crdt.Ack;
import io.capstan.crdt.Counters;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Durable counters. What is added is on this node's disk when it is acknowledged. Counters whose names begin with {@value
 * #ONCE} are added to under an operation's id, again and again until that is acknowledged: it counts once all the same.
 */
final class CounterService implements Service {
    static final String ONCE = "once";
    private static final Duration TRY = Duration.ofSeconds(1);

    private final Counters counters;
    private final String run;

    /** @param run of this process: what makes operations' ids unique */
    CounterService(Counters counters, String run) {
        this.counters = counters;
        this.run = run;
    }

    @Override
    public CompletionStage<JsonNode> perform(Request request) {
        String key = request.name();
        return switch (request.f()) {
            case "add" -> {
                long delta = request.argument().asLong();
                long deadlineNanos = System.nanoTime() + request.timeout().toNanos();
                yield (key.startsWith(ONCE)
                                ? once(run + "/" + request.id(), Map.of(key, delta), deadlineNanos)
                                : counters.counter(key).add(delta, Ack.disk().within(request.timeout())))
                        .thenApply(done -> request.argument());
            }
            case "read" ->
                CompletableFuture.completedStage(
                        LongNode.valueOf(counters.counter(key).value()));
            default -> throw new IllegalArgumentException(request.f());
        };
    }

    private CompletionStage<Void> once(String operation, Map<String, Long> deltas, long deadlineNanos) {
        return counters.add(operation, deltas, Ack.disk().within(TRY))
                .handle((done, failure) -> {
                    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                    if (cause == null) {
                        return CompletableFuture.<Void>completedStage(null);
                    }
                    boolean again = cause instanceof Failure told && told.next() == Failure.Next.RETRY;
                    if (again && System.nanoTime() - deadlineNanos < 0) {
                        return once(operation, deltas, deadlineNanos);
                    }
                    // Whether it counts, only another try would tell.
                    return CompletableFuture.<Void>failedStage(
                            again ? NotDone.unknown(String.valueOf(cause.getMessage())) : cause);
                })
                .thenCompose(next -> next);
    }
}

package io.capstan.bench.torture.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import io.capstan.actors.Failure;
import io.capstan.crdt.Ack;
import io.capstan.crdt.Counters;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Durable counters: what is added is on this node's disk when it is acknowledged. What is added under an operation's id counts
 * once, however often it is asked for, and of however many nodes.
 */
final class CounterService implements Service {
    private final Counters counters;

    CounterService(Counters counters) {
        this.counters = counters;
    }

    @Override
    public CompletionStage<JsonNode> perform(Request request) {
        String key = request.name();
        Ack ack = Ack.disk().within(request.timeout());
        return switch (request.f()) {
            case "add" ->
                counters.counter(key).add(request.argument().asLong(), ack).thenApply(done -> request.argument());
            case "once" ->
                counters.add(
                                request.argument().path("id").asText(),
                                Map.of(key, request.argument().path("delta").asLong()),
                                ack)
                        .handle((done, failure) -> {
                            Throwable cause = failure == null ? null : Failure.cause(failure);
                            if (cause instanceof Failure told && told.next() == Failure.Next.RETRY) {
                                // Whether it counts, only another try would tell.
                                throw NotDone.unknown(String.valueOf(cause.getMessage()));
                            } else if (cause != null) {
                                throw new CompletionException(cause);
                            }
                            return request.argument();
                        });
            case "read" ->
                CompletableFuture.completedStage(
                        LongNode.valueOf(counters.counter(key).value()));
            default -> throw new IllegalArgumentException(request.f());
        };
    }
}

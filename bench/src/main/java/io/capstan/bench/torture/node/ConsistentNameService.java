package io.capstan.bench.torture.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import io.capstan.actors.Failure;
import io.capstan.raft.lock.FencingToken;
import io.capstan.registry.ConsistentNames;
import io.capstan.registry.Fence;
import io.capstan.registry.Name;
import io.capstan.registry.NameFailure;
import io.capstan.registry.Terms;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Names that favour consistency: whoever owns one writes what it is sent to a file, under the epoch it is sent in. */
final class ConsistentNameService implements Service {
    private final ConsistentNames names;
    private final GuardedFiles files;
    private final Map<Long, FencingToken> epochs = new ConcurrentHashMap<>();

    ConsistentNameService(ConsistentNames names, Path shared) {
        this.names = names;
        files = new GuardedFiles(shared);
    }

    @Override
    public CompletionStage<JsonNode> perform(Request request) {
        Name<String> name = Name.of(request.name(), String.class);
        return switch (request.f()) {
            case "register" ->
                names.start(name, fence -> owner(request.name(), fence), Terms.within(request.timeout()))
                        .handle((incumbent, failure) -> {
                            if (failure == null) {
                                return number(incumbent.epoch());
                            }
                            Throwable cause = Failure.cause(failure);
                            if (cause instanceof NameFailure refused && refused.kind() == NameFailure.Kind.TIMED_OUT) {
                                // Its caller has no name; but it may have been given for a moment, and was withdrawn.
                                throw NotDone.unknown("WITHDRAWN: " + refused.getMessage());
                            }
                            throw new CompletionException(cause);
                        });
            case "unregister" -> names.unregister(name, request.timeout()).thenApply(BooleanNode::valueOf);
            case "whereis" ->
                CompletableFuture.completedStage(names.incumbent(name)
                        .<JsonNode>map(incumbent -> number(incumbent.epoch()))
                        .orElse(LongNode.valueOf(0)));
            case "send" -> {
                FencingToken epoch = epochs.get(request.argument().asLong());
                if (epoch == null) {
                    throw NotDone.refused("UNKNOWN_EPOCH");
                }
                yield names.send(name, epoch, "message", request.timeout()).thenApply(taken -> request.argument());
            }
            default -> throw new IllegalArgumentException(request.f());
        };
    }

    private JsonNode number(FencingToken epoch) {
        long number = LockService.token(epoch);
        epochs.put(number, epoch);
        return LongNode.valueOf(number);
    }

    private Behavior<String> owner(String name, Fence fence) {
        return Behaviors.receiveMessage(message -> {
            fence.epoch().ifPresent(epoch -> files.write(name, LockService.token(epoch)));
            return Behaviors.same();
        });
    }
}

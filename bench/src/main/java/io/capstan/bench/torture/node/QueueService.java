package io.capstan.bench.torture.node;

import static io.capstan.raft.Within.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.capstan.actors.Node;
import io.capstan.raft.Consistency;
import io.capstan.raft.RaftGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A queue of effects: numbers go through a group's log and are delivered to a process of this node, which writes them down.
 * What it has written outlives it: a later life of the node still says what an earlier one got.
 */
final class QueueService implements Service {
    private final RaftGroup group;
    private final ActorRef<Deliveries.Parcel> sink;
    private final String life;
    private final Path journal;

    /** @param shared a folder that no fault of this node's disk reaches */
    QueueService(Node node, RaftGroup group, Path shared) {
        this.group = group;
        life = node.id().name() + "/" + node.id().incarnation();
        journal = shared.resolve("parcels-" + node.id().name());
        sink = node.spawn(
                Behaviors.receiveMessage(parcel -> {
                    append(life + " " + parcel.number() + " " + parcel.index() + "\n");
                    return Behaviors.same();
                }),
                "sink");
    }

    private void append(String line) {
        try {
            Files.writeString(journal, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public CompletionStage<JsonNode> perform(Request request) {
        return switch (request.f()) {
            case "enqueue" ->
                group.write(
                                new Deliveries.Deliver(request.argument().asLong(), sink),
                                Deliveries.Taken.class,
                                within(request.timeout()))
                        .thenApply(taken -> JsonNodeFactory.instance
                                .objectNode()
                                .put("to", life)
                                .put("index", taken.index()));
            case "copy" ->
                group.readIndexed(new Deliveries.Count(), Consistency.stale(0), within(request.timeout()))
                        .thenApply(found -> Copies.digest(
                                found.index(), List.of(found.value().toString())));
            case "delivered" -> CompletableFuture.completedStage(delivered());
            default -> throw new IllegalArgumentException(request.f());
        };
    }

    /** The living process, and of each parcel who got it, its number and its place in the log. */
    private JsonNode delivered() {
        try {
            List<String> lines = Files.exists(journal) ? Files.readAllLines(journal) : List.of();
            ArrayNode parcels = JsonNodeFactory.instance.arrayNode();
            for (String line : lines) {
                String[] words = line.split(" ", -1);
                parcels.addArray().add(words[0]).add(Long.parseLong(words[1])).add(Long.parseLong(words[2]));
            }
            return JsonNodeFactory.instance.objectNode().put("living", life).set("parcels", parcels);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

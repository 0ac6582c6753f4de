package io.capstan.demo.crunch;

import io.capstan.actors.Failure;
import io.capstan.actors.Node;
import io.capstan.crdt.Ack;
import io.capstan.crdt.CounterFailure;
import io.capstan.crdt.Counters;
import io.capstan.registry.Names;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * Counts chunks into the cluster's counters, and publishes the result when asked. A member of the group
 * {@code crunch-workers}. Reads files, so it runs where blocking is allowed.
 */
public final class Worker extends AbstractBehavior<Worker.Command> {
    /** What a worker understands. */
    public sealed interface Command extends CrunchMessage {}

    /** There is a job: tell its coordinator that you are free. */
    public enum Begin implements Command {
        INSTANCE
    }

    /**
     * Count this chunk. {@code job} is brief.
     *
     * @param last tell nobody: this node is about to be killed
     */
    record Count(Job job, int number, Chunk chunk, boolean last, ActorRef<Coordinator.Command> replyTo)
            implements Command {}

    /** The chunk's counts are on another node too; or why not. */
    private record Added(Count count, long lines, String error) implements Command {}

    /** All chunks are counted: read the counts, {@code lines} of them in all, and write the result. */
    record Publish(Job job, long lines, ActorRef<Coordinator.Command> replyTo) implements Command {}

    private final Node node;
    private final Counters counters;
    private final Names names;

    private Worker(ActorContext<Command> context, Node node) {
        super(context);
        this.node = node;
        this.counters = Counters.get(node);
        this.names = Names.get(node);
    }

    /** A worker of this node. */
    public static Behavior<Command> create(Node node) {
        return Behaviors.setup(context -> new Worker(context, node));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(Begin.INSTANCE, this::onBegin)
                .onMessage(Count.class, this::onCount)
                .onMessage(Added.class, this::onAdded)
                .onMessage(Publish.class, this::onPublish)
                .build();
    }

    private Behavior<Command> onBegin() {
        names.whereis(CrunchNames.COORDINATOR)
                .ifPresent(coordinator -> coordinator.tell(
                        new Coordinator.Ready(name(), getContext().getSelf())));
        return this;
    }

    private Behavior<Command> onCount(Count count) {
        Map<Value, Long> tally = new HashMap<>();
        List<Places.Place> longValues = new ArrayList<>();
        try {
            long lines = new FieldReader(count.job().field()).read(count.chunk(), (bytes, offset) -> {
                Value value = new Value(bytes);
                if (tally.merge(value, 1L, Long::sum) == 1 && value.isLong()) {
                    longValues.add(new Places.Place(value.key(), offset, bytes.length));
                }
            });
            if (!count.last()) {
                Places.split(count.chunk().file(), longValues)
                        .forEach(places -> count.replyTo().tell(new Coordinator.Found(places)));
            }
            CompletionStage<@Nullable Void> all = CompletableFuture.completedFuture(null);
            for (Tally part : Tally.of(count.job(), count.number(), tally)) {
                all = all.thenCombine(add(part), (one, other) -> null);
            }
            getContext()
                    .pipeToSelf(
                            all,
                            (done, refused) -> new Added(count, lines, refused == null ? "" : String.valueOf(refused)));
        } catch (IOException e) {
            count.replyTo().tell(new Coordinator.Failed(name(), "cannot read " + e.getMessage()));
        } catch (Failure e) {
            count.replyTo().tell(new Coordinator.Failed(name(), String.valueOf(e.getMessage())));
        }
        return this;
    }

    /** Until another node has it too; again as often as it takes, as it counts once. */
    private CompletionStage<@Nullable Void> add(Tally part) {
        Ack ack = node.nodes().isEmpty() ? Ack.memory() : Ack.replicas(1);
        return counters.add(part.operation(), part.deltas(), ack).exceptionallyCompose(thrown -> {
            Throwable cause = Failure.cause(thrown);
            return cause instanceof CounterFailure failure && failure.kind() == CounterFailure.Kind.NOT_ACKNOWLEDGED
                    ? add(part)
                    : CompletableFuture.failedFuture(thrown);
        });
    }

    private Behavior<Command> onAdded(Added added) {
        Count count = added.count();
        if (!added.error().isEmpty()) {
            count.replyTo().tell(new Coordinator.Failed(name(), added.error()));
        } else if (!count.last()) {
            count.replyTo()
                    .tell(new Coordinator.Counted(name(), getContext().getSelf(), count.number(), added.lines()));
        }
        return this;
    }

    private Behavior<Command> onPublish(Publish publish) {
        getContext().spawnAnonymous(Publisher.create(node, publish), DispatcherSelector.blocking());
        return this;
    }

    private String name() {
        return node.id().name();
    }
}

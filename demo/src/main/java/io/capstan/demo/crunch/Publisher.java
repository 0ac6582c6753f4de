package io.capstan.demo.crunch;

import io.capstan.actors.Node;
import io.capstan.crdt.Counters;
import io.capstan.demo.crunch.Worker.Publish;
import io.capstan.raft.Within;
import io.capstan.raft.lock.HeldLock;
import io.capstan.raft.lock.LockSession;
import io.capstan.raft.lock.Locks;
import io.capstan.raft.lock.Ttl;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Publishes one result: waits until the counts read on this node add up to the lines counted, takes the job's lock, and
 * writes the file once, the lock's fencing token in its header.
 */
final class Publisher extends AbstractBehavior<Publisher.Command> {
    sealed interface Command {}

    private enum Look implements Command {
        INSTANCE
    }

    /** Some long values of the job, or none when all are known. */
    private record Found(Places places) implements Command {}

    private record Locked(HeldLock lock) implements Command {}

    private record Refused(String cause) implements Command {}

    private static final Duration LOOK_EVERY = Duration.ofMillis(20);
    private static final Duration LOCK_WITHIN = Duration.ofSeconds(20);
    private static final Ttl TTL = Ttl.of(Duration.ofSeconds(10));

    private final Node node;
    private final Publish wanted;
    private final TimerScheduler<Command> timers;
    private final LockSession session;
    private final Map<String, Value> longValues = new HashMap<>();
    private final ActorRef<Coordinator.FoundPart> found;
    private int parts;
    private Ranking ranking = new Ranking(java.util.List.of());

    private Publisher(ActorContext<Command> context, TimerScheduler<Command> timers, Node node, Publish wanted) {
        super(context);
        this.node = node;
        this.wanted = wanted;
        this.timers = timers;
        this.session = Locks.get(node).session(TTL, lost -> {});
        this.found = context.messageAdapter(Coordinator.FoundPart.class, part -> new Found(part.places()));
        ask();
    }

    static Behavior<Command> create(Node node, Publish wanted) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> new Publisher(context, timers, node, wanted)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(Look.INSTANCE, this::onLook)
                .onMessage(Found.class, this::onFound)
                .onMessage(Locked.class, this::onLocked)
                .onMessage(Refused.class, this::onRefused)
                .build();
    }

    private void ask() {
        wanted.replyTo().tell(new Coordinator.AskFound(parts, found));
    }

    private Behavior<Command> onFound(Found part) {
        if (part.places().places().isEmpty()) {
            timers.startTimerWithFixedDelay(Look.INSTANCE, Duration.ZERO, LOOK_EVERY);
            return this;
        }
        try {
            part.places().read(longValues);
        } catch (IOException e) {
            wanted.replyTo().tell(new Coordinator.Failed(node.id().name(), "cannot read " + e.getMessage()));
            return ended();
        }
        parts++;
        ask();
        return this;
    }

    private Behavior<Command> onLook() {
        Ranking read = read();
        if (read.total() == wanted.lines()) {
            ranking = read;
            timers.cancelAll();
            getContext()
                    .pipeToSelf(
                            session.acquire(wanted.job().lock(), Within.within(LOCK_WITHIN)),
                            (lock, refusal) ->
                                    refusal == null ? new Locked(lock) : new Refused(String.valueOf(refusal)));
        }
        return this;
    }

    private Behavior<Command> onLocked(Locked locked) {
        String token = locked.lock().token().toString();
        String name = node.id().name();
        try {
            new ResultFile(new ResultFile.Header(wanted.job().id(), name, token, wanted.lines()), ranking)
                    .write(Path.of(wanted.job().result()));
            wanted.replyTo().tell(new Coordinator.Published(name, token));
        } catch (IOException e) {
            wanted.replyTo().tell(new Coordinator.Failed(name, "cannot write the result: " + e));
        }
        return ended();
    }

    private Behavior<Command> onRefused(Refused refused) {
        wanted.replyTo().tell(new Coordinator.Failed(node.id().name(), refused.cause()));
        return ended();
    }

    /** Closing the session releases the lock. */
    private Behavior<Command> ended() {
        session.close();
        return Behaviors.stopped();
    }

    /** The job's counters as this node reads them. */
    private Ranking read() {
        String prefix = wanted.job().counters();
        Map<Value, Long> counts = new HashMap<>();
        Counters.get(node).values().tailMap(prefix).forEach((name, count) -> {
            if (name.startsWith(prefix)) {
                counts.put(value(name.substring(prefix.length())), count);
            }
        });
        return Ranking.of(counts);
    }

    private Value value(String key) {
        return Value.ofKey(key)
                .orElseGet(() -> Objects.requireNonNull(
                        longValues.get(key), "a counter of this job that nobody counted: " + key));
    }
}

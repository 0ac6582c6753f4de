package io.capstan.raft.internal.effect;

import io.capstan.actors.NodeId;
import io.capstan.raft.Codec;
import io.capstan.raft.Effects;
import io.capstan.raft.internal.effect.Box.Verdict;
import io.capstan.raft.internal.wire.EffectFrame;
import io.capstan.raft.internal.wire.EffectFrame.Deliver;
import io.capstan.raft.internal.wire.EffectFrame.Order;
import io.capstan.raft.internal.wire.EffectFrame.Unwatch;
import io.capstan.raft.internal.wire.EffectFrame.Watch;
import io.capstan.raft.internal.wire.EffectKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * Where the effects of all groups reach this node: gives each message to its process once, and watches what leaders want to
 * know the end of. It ends with the node, as its processes do, so what it remembers is enough.
 */
public final class Mailroom extends AbstractBehavior<Mailroom.Parcel> {
    /**
     * Something that a leader wants done here.
     *
     * @param consumed gives the sender its window back
     */
    public record Parcel(NodeId from, Order order, Runnable consumed) {}

    private record Watched(ActorRef<Void> process, NodeId asker, long askedAt) {}

    private static final long LOOK_NANOS = 1_000_000_000;

    private final ActorRefResolver references;
    private final Codec messages;
    private final BiConsumer<NodeId, EffectFrame> answers;
    private final int watchesMax;
    private final long keptNanos;
    private final String here;
    private long lookedAt = System.nanoTime() - LOOK_NANOS;
    private final Map<String, Box> boxes = new HashMap<>();
    private final Map<Effects.Id, Watched> watched = new HashMap<>();
    private final Map<ActorRef<Void>, Set<Effects.Id>> byProcess = new HashMap<>();

    /**
     * The one of this node.
     *
     * @param answers sends an answer to a leader's node
     * @param watchesMax monitors of all groups at a time
     * @param kept one that no leader has asked for again for so long may be forgotten for another
     */
    public static Behavior<Parcel> create(
            Codec messages, int watchesMax, Duration kept, BiConsumer<NodeId, EffectFrame> answers) {
        return Behaviors.setup(context -> new Mailroom(context, messages, watchesMax, kept, answers));
    }

    private Mailroom(
            ActorContext<Parcel> context,
            Codec messages,
            int watchesMax,
            Duration kept,
            BiConsumer<NodeId, EffectFrame> answers) {
        super(context);
        keptNanos = kept.toNanos();
        references = ActorRefResolver.get(context.getSystem());
        this.messages = messages;
        this.answers = answers;
        this.watchesMax = watchesMax;
        here = Places.addressOf(references.toSerializationFormat(context.getSelf()));
    }

    @Override
    public Receive<Parcel> createReceive() {
        return newReceiveBuilder()
                .onMessage(Parcel.class, this::onParcel)
                .onSignal(Terminated.class, this::onTerminated)
                .build();
    }

    private Behavior<Parcel> onParcel(Parcel parcel) {
        if (parcel.order() instanceof Deliver deliver) {
            deliver(parcel.from(), deliver);
        } else if (parcel.order() instanceof Watch watch) {
            watch(parcel.from(), watch);
        } else if (parcel.order() instanceof Unwatch unwatch) {
            forget(unwatch.id().in(unwatch.group()));
        }
        parcel.consumed().run();
        return this;
    }

    private void deliver(NodeId from, Deliver deliver) {
        if (!Places.addressOf(deliver.to()).equals(here)) {
            return; // The leader does not know yet whose process it is, and asks everybody.
        }
        String group = deliver.group();
        Verdict verdict = boxes.computeIfAbsent(group, name -> new Box())
                .take(
                        deliver.id().in(group),
                        deliver.after() == null ? null : deliver.after().in(group),
                        deliver.settled().in(group));
        if (verdict == Verdict.NEW) {
            give(deliver);
        }
        if (verdict != Verdict.EARLY) {
            answers.accept(from, new EffectFrame.Arrived(group, deliver.id()));
        }
    }

    private void give(Deliver deliver) {
        try {
            references.resolveActorRef(deliver.to()).tell(messages.decode(deliver.message()));
        } catch (RuntimeException unreadable) {
            // Said to have arrived all the same: it would be no more readable the next time.
            getContext()
                    .getLog()
                    .warn("{} cannot be given to {}: {}", deliver.id().in(deliver.group()), deliver.to(), unreadable);
        }
    }

    private void watch(NodeId from, Watch watch) {
        if (!Places.addressOf(watch.process()).equals(here)) {
            return;
        }
        Effects.Id id = watch.id().in(watch.group());
        long now = System.nanoTime();
        Watched there = watched.get(id);
        if (there == null && watched.size() >= watchesMax) {
            forgetOld(now);
        }
        if (there == null && watched.size() >= watchesMax) {
            getContext()
                    .getLog()
                    .warn("{} is not watched: capstan.raft.effects.watches-max = {} are", watch.process(), watchesMax);
            return;
        }
        ActorRef<Void> process = there != null ? there.process() : references.resolveActorRef(watch.process());
        watched.put(id, new Watched(process, from, now));
        if (there == null
                && byProcess.computeIfAbsent(process, p -> new HashSet<>()).add(id)) {
            getContext().watch(process);
        }
        answers.accept(from, new EffectFrame.Watching(watch.group(), watch.id()));
    }

    /**
     * Word that nobody wants to know any more may have been lost, or its leader with it. A group that had no leader for so
     * long loses nothing: the next one asks again, and hears of an end that has been.
     */
    private void forgetOld(long now) {
        if (now - lookedAt < LOOK_NANOS) {
            return;
        }
        lookedAt = now;
        watched.entrySet().stream()
                .filter(entry -> now - entry.getValue().askedAt() >= keptNanos)
                .map(Map.Entry::getKey)
                .toList()
                .forEach(this::forget);
    }

    private void forget(Effects.Id id) {
        Watched gone = watched.remove(id);
        Set<Effects.Id> others = gone == null ? null : byProcess.get(gone.process());
        if (gone != null && others != null && others.remove(id) && others.isEmpty()) {
            byProcess.remove(gone.process());
            getContext().unwatch(gone.process());
        }
    }

    private Behavior<Parcel> onTerminated(Terminated ended) {
        @Nullable Set<Effects.Id> ids = byProcess.remove(ended.getRef());
        if (ids != null) {
            for (Effects.Id id : ids) {
                Watched it = watched.remove(id);
                if (it != null) {
                    // If this is lost, a leader that still wants to know asks again, and hears it again.
                    answers.accept(it.asker(), new EffectFrame.Stopped(id.group(), EffectKey.of(id)));
                }
            }
        }
        return this;
    }
}

package io.capstan.registry.internal.names;

import io.capstan.registry.Name;
import io.capstan.registry.NameEvent;
import io.capstan.registry.Names;
import io.capstan.registry.internal.KeepOneSettings;
import io.capstan.registry.internal.Refs;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.StashBuffer;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * One node's standby for one name: claims it whenever it is free, for a process that begins only when the name is its.
 *
 * <p>The process exists before it owns the name, since a name is given to a process; until then it keeps what it is
 * sent and runs none of the user's code. So among nodes that see each other two never run.
 */
public final class Keeper<T> extends AbstractBehavior<Keeper.Message> {
    /** What this actor takes. */
    public sealed interface Message {}

    /** Stand by no more. */
    public enum Close implements Message {
        /** The only one. */
        NOW
    }

    private record Happened<T>(NameEvent<T> event) implements Message {}

    private record Claimed(
            ActorRef<Object> candidate, @Nullable Throwable refused) implements Message {}

    private record Ended(ActorRef<Object> candidate) implements Message {}

    private enum Retry implements Message {
        NOW
    }

    private enum Monitor implements Message {
        NOW
    }

    private record Monitored(@Nullable Throwable refused) implements Message {}

    /** To the process: the name is yours. */
    private enum Begin {
        NOW
    }

    private final Names names;
    private final Name<T> name;
    private final Supplier<Behavior<T>> factory;
    private final KeepOneSettings settings;
    private final TimerScheduler<Message> timers;
    private final ActorRef<NameEvent<T>> events;
    private @Nullable ActorRef<Object> candidate;
    /** As last told; what this node shows is told before a claim is answered. */
    private @Nullable ActorRef<?> owner;

    private boolean running;
    private boolean free;
    private long started;

    private Keeper(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            Names names,
            Name<T> name,
            Supplier<Behavior<T>> factory,
            KeepOneSettings settings) {
        super(context);
        this.names = names;
        this.name = name;
        this.factory = factory;
        this.settings = settings;
        this.timers = timers;
        events = context.messageAdapter(eventClass(), Happened::new);
        monitor();
    }

    private Behavior<Message> monitor() {
        getContext().pipeToSelf(names.monitor(name, events), (done, refused) -> new Monitored(refused));
        return this;
    }

    private Behavior<Message> monitored(Monitored message) {
        if (message.refused() != null) {
            // No room for another monitor: whoever never hears of the name would stand by for ever.
            timers.startSingleTimer(Monitor.NOW, settings.retryAfter());
        }
        return this;
    }

    @SuppressWarnings("unchecked") // A class of all events, whatever the messages of their name.
    private static <T> Class<NameEvent<T>> eventClass() {
        return (Class<NameEvent<T>>) (Class<?>) NameEvent.class;
    }

    /** Stands by until it is told to {@link Close}. */
    public static <T> Behavior<Message> create(
            Names names, Name<T> name, Supplier<Behavior<T>> factory, KeepOneSettings settings) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new Keeper<>(context, timers, names, name, factory, settings)));
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder()
                .onMessage(Happened.class, this::happened)
                .onMessage(Monitor.class, message -> monitor())
                .onMessage(Monitored.class, this::monitored)
                .onMessage(Claimed.class, this::claimed)
                .onMessage(Ended.class, this::ended)
                .onMessage(Retry.class, message -> claim())
                .onMessage(Close.class, message -> Behaviors.stopped())
                .build();
    }

    private Behavior<Message> happened(Happened<?> message) {
        owner = message.event() instanceof NameEvent.Owned<?> owned
                ? owned.owner().process()
                : null;
        free = owner == null;
        ActorRef<Object> loser = candidate;
        if (running && loser != null && !loser.equals(owner)) {
            // Unregistered, taken over, or lost in a conflict: whoever runs without the name is one too many.
            getContext().stop(loser);
        }
        return claim();
    }

    private Behavior<Message> claim() {
        if (!free || candidate != null || timers.isTimerActive(Retry.NOW)) {
            return this;
        }
        ActorRef<Object> made = getContext()
                .spawn(
                        waiting(factory, settings.earlyMessagesMax()),
                        name.type().getSimpleName() + "-" + ++started);
        candidate = made;
        getContext().watchWith(made, new Ended(made));
        getContext()
                .pipeToSelf(
                        names.register(name, Refs.<T>typed(made), settings.claimWithin()),
                        (done, refused) -> new Claimed(made, refused));
        return this;
    }

    private Behavior<Message> claimed(Claimed message) {
        if (!message.candidate().equals(candidate)) {
            return this; // It has ended meanwhile.
        }
        if (message.refused() == null && message.candidate().equals(owner)) {
            running = true;
            message.candidate().tell(Begin.NOW);
        } else {
            getContext().stop(message.candidate());
        }
        return this;
    }

    private Behavior<Message> ended(Ended message) {
        if (message.candidate().equals(candidate)) {
            Duration pause = settings.retryAfter();
            candidate = null;
            running = false;
            timers.startSingleTimer(Retry.NOW, pause);
        }
        return this;
    }

    private static <T> Behavior<Object> waiting(Supplier<Behavior<T>> factory, int earlyMax) {
        return Behaviors.withStash(
                earlyMax,
                early -> Behaviors.receive(Object.class)
                        .onMessageEquals(Begin.NOW, () -> early.unstashAll(user(factory.get())))
                        .onAnyMessage(message -> keep(early, message))
                        .build());
    }

    private static Behavior<Object> keep(StashBuffer<Object> early, Object message) {
        if (early.isFull()) {
            return Behaviors.unhandled();
        }
        early.stash(message);
        return Behaviors.same();
    }

    @SuppressWarnings("unchecked") // Whoever sends to it got its type from the name.
    private static <T> Behavior<Object> user(Behavior<T> behavior) {
        return (Behavior<Object>) (Behavior<?>) behavior;
    }
}

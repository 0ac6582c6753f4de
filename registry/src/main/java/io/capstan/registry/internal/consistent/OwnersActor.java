package io.capstan.registry.internal.consistent;

import io.capstan.registry.core.owner.OwnerEntry;
import io.capstan.registry.internal.Listeners;
import io.capstan.registry.internal.Outcome;
import io.capstan.registry.internal.names.Awaits;
import io.capstan.registry.internal.names.NamesBook;
import io.capstan.registry.internal.names.NamesMessage;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/** Watches this node's owners of consistent names, and tells listeners and waiters what the mirror has seen. */
final class OwnersActor extends AbstractBehavior<OwnersActor.Message> {
    /** What it is told. */
    sealed interface Message {}

    /** The mirror has seen this; null: nobody has the name. */
    record Seen(String name, @Nullable OwnerEntry owner) implements Message {}

    /** Tell when this process of ours has stopped. */
    record Watch(ActorRef<Object> process) implements Message {}

    /** As of {@link NamesMessage.Await}. */
    record Await(String name, Duration timeout, Consumer<NamesBook.@Nullable Entry> done) implements Message {}

    /** As of {@link NamesMessage.Monitor}. */
    record Monitor(String name, ActorRef<Object> listener, NamesMessage.Events events, Consumer<Outcome> done)
            implements Message {}

    /** As of {@link NamesMessage.Demonitor}. */
    record Demonitor(String name, ActorRef<Object> listener, Consumer<Outcome> done) implements Message {}

    /** Whoever waits is answered. */
    enum Close implements Message {
        NOW
    }

    private record Stopped(ActorRef<Object> process) implements Message {}

    private enum Tick implements Message {
        NOW
    }

    private static final Duration TICK = Duration.ofMillis(50);

    private final NamesBook book;
    private final OwnersSession session;
    private final int monitorsMax;
    private final Runnable ended;
    private final Awaits awaits;
    private final Listeners<String, NamesMessage.Events> listeners;

    /** @param ended runs when it has: it answers nobody any more */
    static Behavior<Message> create(NamesBook book, OwnersSession session, int monitorsMax, Runnable ended) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new OwnersActor(context, timers, book, session, monitorsMax, ended)));
    }

    private OwnersActor(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            NamesBook book,
            OwnersSession session,
            int monitorsMax,
            Runnable ended) {
        super(context);
        this.book = book;
        this.session = session;
        this.monitorsMax = monitorsMax;
        this.ended = ended;
        awaits = new Awaits(book);
        // Never unwatched: a listener may be an owner too, and one watch serves both.
        listeners = new Listeners<>(this::watch, listener -> {});
        timers.startTimerWithFixedDelay(Tick.NOW, TICK);
    }

    private void watch(ActorRef<Object> process) {
        getContext().unwatch(process);
        getContext().watchWith(process, new Stopped(process));
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder()
                .onMessage(Seen.class, this::seen)
                .onMessage(Watch.class, message -> {
                    watch(message.process());
                    return this;
                })
                .onMessage(Stopped.class, message -> {
                    session.stopped(message.process());
                    listeners.stopped(message.process());
                    return this;
                })
                .onMessage(Await.class, message -> {
                    awaits.add(message.name(), message.timeout(), message.done(), now());
                    return this;
                })
                .onMessage(Monitor.class, this::monitor)
                .onMessage(Demonitor.class, message -> {
                    boolean was = listeners.remove(message.name(), message.listener());
                    message.done().accept(was ? Outcome.DONE : Outcome.NOTHING);
                    return this;
                })
                .onMessage(Close.class, close -> Behaviors.stopped())
                .onMessage(Tick.class, tick -> {
                    session.tick();
                    awaits.tick(now());
                    return this;
                })
                .onSignal(PostStop.class, signal -> {
                    ended.run();
                    return this;
                })
                .build();
    }

    private Behavior<Message> seen(Seen seen) {
        OwnerEntry owner = seen.owner();
        if (owner == null) {
            book.remove(seen.name());
        } else {
            book.put(seen.name(), owner);
            awaits.shown(seen.name());
        }
        listeners.forEach(seen.name(), (listener, events) -> listener.tell(events.event(book.entry(seen.name()))));
        return this;
    }

    private Behavior<Message> monitor(Monitor monitor) {
        if (listeners.full(monitorsMax, monitor.name(), monitor.listener())) {
            monitor.done().accept(Outcome.TOO_MANY);
            return this;
        }
        listeners.add(monitor.name(), monitor.listener(), monitor.events());
        monitor.listener().tell(monitor.events().event(book.entry(monitor.name())));
        monitor.done().accept(Outcome.DONE);
        return this;
    }

    private static long now() {
        return System.nanoTime() / 1_000_000;
    }
}

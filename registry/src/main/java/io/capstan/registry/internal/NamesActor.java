package io.capstan.registry.internal;

import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.Channel;
import io.capstan.crdt.core.MalformedFrame;
import io.capstan.crdt.core.TableWire;
import io.capstan.crdt.internal.TableLink;
import io.capstan.registry.Metadata;
import io.capstan.registry.core.Caller;
import io.capstan.registry.core.Claim;
import io.capstan.registry.core.ClaimId;
import io.capstan.registry.core.ClaimWire;
import io.capstan.registry.core.NameOutcome;
import io.capstan.registry.core.NameRequest;
import io.capstan.registry.core.NameRow;
import io.capstan.registry.core.NamesEffect;
import io.capstan.registry.core.NamesReplica;
import io.capstan.registry.core.RowCodecs;
import io.capstan.registry.core.Shown;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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

/** Drives the names' core: turns what happens into its inputs, and performs its effects in order. */
public final class NamesActor extends AbstractBehavior<NamesActor.Message> {
    static final Channel TABLE = new Channel(48, "names", Channel.Priority.NORMAL);
    static final Channel CLAIMS = new Channel(49, "claims", Channel.Priority.NORMAL);

    private static final Duration TICK = Duration.ofMillis(25);

    private final NamesService.Parts parts;
    private final NodeId self;
    private final NamesReplica replica;
    private final TableLink<String, NameRow> link;
    private final ClaimWire wire = new ClaimWire();
    private final Refs refs;
    private final Losers losers;
    private final Awaits awaits;
    private final Listeners<String, Events> listeners;
    private final long startNanos = System.nanoTime();
    private final Map<Long, Consumer<NameOutcome>> callers = new HashMap<>();
    private final Map<String, ActorRef<Object>> watched = new HashMap<>();
    private final Set<NodeId> unreadable = new HashSet<>();

    /** Whoever waits for all names, and until when. */
    private final Map<Consumer<Boolean>, Long> syncs = new LinkedHashMap<>();

    private long numbers;

    /** What this actor takes. */
    public sealed interface Message {}

    private record OnTable(TableLink.Event event) implements Message {}

    private record OnClaims(NodeId from, byte[] payload, Runnable consumed) implements Message {}

    private record Resolved(
            NamesEffect.Resolve conflict, @Nullable ClaimId winner) implements Message {}

    private record Stopped(String process) implements Message {}

    private record ListenerStopped(ActorRef<Object> listener) implements Message {}

    private enum Tick implements Message {
        NOW
    }

    enum Close implements Message {
        NOW
    }

    /**
     * Give the name to a process.
     *
     * @param lost called if it loses the name in a conflict, with the winner, if any; it is not called for KILL_ONE
     * @param done called once with the outcome
     */
    public record Register(
            String name,
            ActorRef<Object> process,
            Duration timeout,
            boolean takeOver,
            Metadata metadata,
            NameRow.Loss loss,
            Consumer<@Nullable ActorRef<Object>> lost,
            Consumer<NameOutcome> done)
            implements Message {}

    /** Change the metadata of whoever has the name, if it is as expected. */
    public record Update(
            String name, Duration timeout, Metadata expected, Metadata metadata, Consumer<NameOutcome> done)
            implements Message {}

    /**
     * Take the name from whoever has it.
     *
     * @param ownOnly but only if that is a process of this node
     */
    public record Unregister(String name, Duration timeout, boolean ownOnly, Consumer<NameOutcome> done)
            implements Message {}

    /**
     * Tell when somebody has the name.
     *
     * @param done called once, with null when the time is over
     */
    public record Await(String name, Duration timeout, Consumer<NamesBook.@Nullable Entry> done) implements Message {}

    /**
     * Tell when this node has the names of all that it sees.
     *
     * @param done called once, with false when the time is over
     */
    public record Sync(Duration timeout, Consumer<Boolean> done) implements Message {}

    /** Makes the message for a listener to a name, from its owner; null: nobody. */
    public interface Events {
        Object event(NamesBook.@Nullable Entry owner);
    }

    /** The listener gets how it is now, then every change, until it stops or demonitors. */
    public record Monitor(String name, ActorRef<Object> listener, Events events, Consumer<Outcome> done)
            implements Message {}

    /** Ends a monitor. */
    public record Demonitor(String name, ActorRef<Object> listener, Consumer<Outcome> done) implements Message {}

    private NamesActor(ActorContext<Message> context, TimerScheduler<Message> timers, NamesService.Parts parts) {
        super(context);
        this.parts = parts;
        self = parts.mesh().self();
        refs = new Refs(context.getSystem());
        losers = new Losers(refs, context.getLog());
        awaits = new Awaits(parts.book());
        listeners = new Listeners<>(
                listener -> context.watchWith(listener, new ListenerStopped(listener)), context::unwatch);
        TableWire<String, NameRow> rows = RowCodecs.names();
        replica = new NamesReplica(
                parts.slot(), parts.settings().table(), rows, parts.settings().timing());
        ActorRef<Message> me = context.getSelf();
        link = TableLink.open(parts.mesh(), TABLE, rows, event -> me.tell(new OnTable(event)));
        parts.mesh().serve(CLAIMS, (from, payload, consumed) -> me.tell(new OnClaims(from, payload, consumed)));
        timers.startTimerWithFixedDelay(Tick.NOW, TICK);
        replica.tick(now());
    }

    static Behavior<Message> create(NamesService.Parts parts) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> new NamesActor(context, timers, parts)));
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder()
                .onMessage(OnTable.class, message -> input(() -> link.handle(message.event(), replica)))
                .onMessage(OnClaims.class, message -> input(() -> claims(message)))
                .onMessage(Register.class, message -> input(() -> register(message)))
                .onMessage(Update.class, message -> input(() -> update(message)))
                .onMessage(Unregister.class, message -> input(() -> unregister(message)))
                .onMessage(
                        Await.class,
                        message -> input(() -> awaits.add(message.name(), message.timeout(), message.done(), now())))
                .onMessage(
                        Resolved.class,
                        message -> input(() -> replica.names()
                                .resolved(
                                        message.conflict().name(),
                                        message.conflict().rivals(),
                                        message.winner())))
                .onMessage(
                        Sync.class,
                        message -> input(() -> syncs.put(
                                message.done(), now() + message.timeout().toMillis())))
                .onMessage(Monitor.class, this::monitor)
                .onMessage(Demonitor.class, this::demonitor)
                .onMessage(ListenerStopped.class, this::listenerStopped)
                .onMessage(Stopped.class, message -> input(() -> stopped(message.process())))
                .onMessage(Tick.class, message -> input(this::tick))
                .onMessage(Close.class, message -> Behaviors.stopped())
                .onSignal(PostStop.class, signal -> {
                    link.close();
                    parts.mesh().withdraw(CLAIMS);
                    answerAll();
                    return this;
                })
                .build();
    }

    private Behavior<Message> input(Runnable input) {
        replica.names().time(now());
        input.run();
        replica.drain(link::perform, this::perform);
        if (!syncs.isEmpty() && replica.names().synced()) {
            syncs.keySet().forEach(done -> done.accept(true));
            syncs.clear();
        }
        return this;
    }

    /** This node is stopping: whoever still waits would wait for ever. */
    private void answerAll() {
        callers.values().forEach(caller -> caller.accept(new NameOutcome.Unknown()));
        awaits.end();
        syncs.keySet().forEach(done -> done.accept(false));
    }

    private long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }

    private void tick() {
        replica.tick(now());
        awaits.tick(now());
        losers.tick(now());
        syncs.entrySet().removeIf(each -> {
            boolean late = now() >= each.getValue();
            if (late) {
                each.getKey().accept(false);
            }
            return late;
        });
    }

    private void stopped(String process) {
        watched.remove(process);
        losers.forget(process);
        replica.names().stopped(process);
    }

    private void register(Register message) {
        NodeId home = parts.homes().of(message.process());
        if (home == null) {
            message.done().accept(new NameOutcome.Unknown());
            return;
        }
        String process = refs.write(message.process());
        long deadline = now() + message.timeout().toMillis();
        if (home.equals(self)) {
            watched.putIfAbsent(process, message.process());
        } else if (message.loss() != NameRow.Loss.KILL_ONE) {
            // The word that it is granted may get lost, and then the word that it lost may come.
            losers.rememberAsked(process, message.name(), message.lost(), deadline);
        }
        replica.names()
                .request(
                        new NameRequest.Register(
                                caller(outcome -> {
                                    if (outcome instanceof NameOutcome.Registered) {
                                        granted(message, process, home);
                                    }
                                    message.done().accept(outcome);
                                }),
                                message.name(),
                                deadline,
                                message.takeOver(),
                                message.loss(),
                                process,
                                message.metadata()),
                        home);
    }

    /** Only once it is granted: a refused claim must not change what the process is told if it loses what it has. */
    private void granted(Register message, String process, NodeId home) {
        if (message.loss() == NameRow.Loss.KILL_ONE) {
            losers.forget(process, message.name()); // It will be stopped, not told; and most names are such.
        } else if (home.equals(self)) {
            losers.remember(process, message.name(), message.lost());
        } else {
            losers.rememberGranted(process, message.name(), message.lost());
        }
    }

    private void update(Update message) {
        replica.names()
                .request(new NameRequest.Update(
                        caller(message.done()),
                        message.name(),
                        now() + message.timeout().toMillis(),
                        message.expected(),
                        message.metadata()));
    }

    private void unregister(Unregister message) {
        NameRequest request = new NameRequest.Unregister(
                caller(message.done()),
                message.name(),
                now() + message.timeout().toMillis());
        if (message.ownOnly()) {
            replica.names().request(request, self);
        } else {
            replica.names().request(request);
        }
    }

    private Behavior<Message> monitor(Monitor message) {
        if (listeners.full(parts.settings().nameMonitorsMax(), message.name(), message.listener())) {
            message.done().accept(Outcome.TOO_MANY);
            return this;
        }
        listeners.add(message.name(), message.listener(), message.events());
        message.listener().tell(message.events().event(parts.book().entry(message.name())));
        message.done().accept(Outcome.DONE);
        return this;
    }

    private Behavior<Message> demonitor(Demonitor message) {
        boolean ended = listeners.remove(message.name(), message.listener());
        message.done().accept(ended ? Outcome.DONE : Outcome.NOTHING);
        return this;
    }

    private Behavior<Message> listenerStopped(ListenerStopped message) {
        listeners.stopped(message.listener());
        return this;
    }

    private Caller caller(Consumer<NameOutcome> done) {
        callers.put(++numbers, done);
        return new Caller(self, numbers);
    }

    private void claims(OnClaims message) {
        try {
            replica.names().message(message.from(), wire.decode(message.payload()));
        } catch (MalformedFrame e) {
            if (unreadable.add(message.from())) {
                getContext().getLog().warn("refused claims from {}: {}", message.from(), e.getMessage());
            }
        } finally {
            message.consumed().run();
        }
    }

    private void perform(NamesEffect effect) {
        if (effect instanceof NamesEffect.Send send) {
            // What the window refuses is lost: whoever waits for an answer asks again.
            parts.mesh().send(send.peer(), CLAIMS, wire.encode(send.message()));
        } else if (effect instanceof NamesEffect.Show show) {
            show(show);
        } else if (effect instanceof NamesEffect.Answer answer) {
            Consumer<NameOutcome> caller = callers.remove(answer.number());
            if (caller != null) {
                caller.accept(answer.outcome());
            }
        } else if (effect instanceof NamesEffect.Watch watch) {
            getContext().watchWith(process(watch.process()), new Stopped(watch.process()));
        } else if (effect instanceof NamesEffect.Unwatch unwatch) {
            getContext().unwatch(process(unwatch.process()));
            watched.remove(unwatch.process());
            losers.forget(unwatch.process());
        } else if (effect instanceof NamesEffect.Lost lost) {
            losers.tell(lost);
        } else if (effect instanceof NamesEffect.Resolve resolve) {
            resolve(resolve);
        }
    }

    /** Elsewhere, and back by a message: user code must not hold up the names, nor its answer overtake effects. */
    private void resolve(NamesEffect.Resolve conflict) {
        ActorRef<Message> me = getContext().getSelf();
        parts.users()
                .execute(() -> me.tell(new Resolved(conflict, parts.resolvers().winner(conflict, refs))));
    }

    private ActorRef<Object> process(String process) {
        return watched.computeIfAbsent(process, refs::read);
    }

    private void show(NamesEffect.Show show) {
        String name = show.name();
        Shown before = parts.book().shown(name);
        Claim holder = show.holder();
        if (holder == null) {
            parts.book().remove(name);
        } else {
            parts.book().put(name, holder);
            awaits.shown(name);
        }
        losers.shown(name, before, holder, now());
        listeners.forEach(
                name,
                (listener, events) -> listener.tell(events.event(parts.book().entry(name))));
    }
}

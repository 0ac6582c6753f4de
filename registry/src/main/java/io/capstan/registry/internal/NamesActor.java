package io.capstan.registry.internal;

import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.Channel;
import io.capstan.crdt.core.MalformedFrame;
import io.capstan.crdt.core.TableWire;
import io.capstan.crdt.internal.TableLink;
import io.capstan.registry.core.Caller;
import io.capstan.registry.core.ClaimId;
import io.capstan.registry.core.ClaimWire;
import io.capstan.registry.core.NameOutcome;
import io.capstan.registry.core.NameRequest;
import io.capstan.registry.core.NameRow;
import io.capstan.registry.core.NamesEffect;
import io.capstan.registry.core.NamesReplica;
import io.capstan.registry.core.RowCodecs;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
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
    private static final byte[] NO_METADATA = new byte[0];

    private final NamesService.Parts parts;
    private final NodeId self;
    private final NamesReplica replica;
    private final TableLink<String, NameRow> link;
    private final ClaimWire wire = new ClaimWire();
    private final Refs refs;
    private final Losers losers;
    private final Awaits awaits;
    private final long startNanos = System.nanoTime();
    private final Map<Long, Consumer<NameOutcome>> callers = new HashMap<>();
    private final Map<String, ActorRef<Object>> watched = new HashMap<>();
    private final Set<NodeId> unreadable = new HashSet<>();
    private long numbers;

    /** What this actor takes. */
    public sealed interface Message {}

    private record OnTable(TableLink.Event event) implements Message {}

    private record OnClaims(NodeId from, byte[] payload, Runnable consumed) implements Message {}

    private record Resolved(
            NamesEffect.Resolve conflict, @Nullable ClaimId winner) implements Message {}

    private record Stopped(String process) implements Message {}

    private enum Tick implements Message {
        NOW
    }

    enum Close implements Message {
        NOW
    }

    /**
     * Give the name to a process of this node.
     *
     * @param lost called if it loses the name in a conflict, with the winner, if any; it is not called for KILL_ONE
     * @param done called once with the outcome
     */
    public record Register(
            String name,
            ActorRef<Object> process,
            Duration timeout,
            boolean takeOver,
            NameRow.Loss loss,
            Consumer<@Nullable ActorRef<Object>> lost,
            Consumer<NameOutcome> done)
            implements Message {}

    /** Take the name from whoever has it. */
    public record Unregister(String name, Duration timeout, Consumer<NameOutcome> done) implements Message {}

    /**
     * Tell when somebody has the name.
     *
     * @param done called once, with null when the time is over
     */
    public record Await(String name, Duration timeout, Consumer<NamesBook.@Nullable Entry> done) implements Message {}

    private NamesActor(ActorContext<Message> context, TimerScheduler<Message> timers, NamesService.Parts parts) {
        super(context);
        this.parts = parts;
        self = parts.mesh().self();
        refs = new Refs(context.getSystem());
        losers = new Losers(refs, context.getLog());
        awaits = new Awaits(parts.book());
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
                .onMessage(Unregister.class, message -> input(() -> unregister(message)))
                .onMessage(Await.class, message -> input(() -> awaits.add(message, now())))
                .onMessage(
                        Resolved.class,
                        message -> input(() -> replica.names()
                                .resolved(
                                        message.conflict().name(),
                                        message.conflict().rivals(),
                                        message.winner())))
                .onMessage(Stopped.class, message -> input(() -> stopped(message.process())))
                .onMessage(Tick.class, message -> input(this::tick))
                .onMessage(Close.class, message -> Behaviors.stopped())
                .onSignal(PostStop.class, signal -> {
                    link.close();
                    parts.mesh().withdraw(CLAIMS);
                    return this;
                })
                .build();
    }

    private Behavior<Message> input(Runnable input) {
        replica.names().time(now());
        input.run();
        replica.drain(link::perform, this::perform);
        return this;
    }

    private long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }

    private void tick() {
        replica.tick(now());
        awaits.tick(now());
    }

    private void stopped(String process) {
        watched.remove(process);
        losers.forget(process);
        replica.names().stopped(process);
    }

    private void register(Register message) {
        String process = refs.write(message.process());
        watched.putIfAbsent(process, message.process());
        losers.remember(process, message.name(), message.lost());
        replica.names()
                .request(new NameRequest.Register(
                        caller(message.done()),
                        message.name(),
                        now() + message.timeout().toMillis(),
                        message.takeOver(),
                        message.loss(),
                        process,
                        NO_METADATA));
    }

    private void unregister(Unregister message) {
        replica.names()
                .request(new NameRequest.Unregister(
                        caller(message.done()),
                        message.name(),
                        now() + message.timeout().toMillis()));
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
        if (show.holder() == null) {
            parts.book().remove(show.name());
            return;
        }
        NamesBook.Entry entry = new NamesBook.Entry(
                show.holder().node(), refs.read(show.holder().row().process()));
        parts.book().put(show.name(), entry);
        awaits.shown(show.name(), entry);
    }
}

package io.capstan.registry.internal.names;

import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.Channel;
import io.capstan.actors.internal.turn.LentThreads;
import io.capstan.crdt.core.MalformedFrame;
import io.capstan.crdt.core.TableWire;
import io.capstan.crdt.internal.TableLink;
import io.capstan.registry.core.Claim;
import io.capstan.registry.core.ClaimMessage;
import io.capstan.registry.core.ClaimWire;
import io.capstan.registry.core.NameOutcome;
import io.capstan.registry.core.NameRequest;
import io.capstan.registry.core.NameRow;
import io.capstan.registry.core.NamesEffect;
import io.capstan.registry.core.NamesReplica;
import io.capstan.registry.core.RowCodecs;
import io.capstan.registry.core.Shown;
import io.capstan.registry.internal.Listeners;
import io.capstan.registry.internal.Outcome;
import io.capstan.registry.internal.Refs;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** Drives the names' core: turns what happens into its inputs, and performs its effects in order. */
public final class NamesActor extends AbstractBehavior<NamesMessage> {
    static final Channel TABLE = new Channel(48, "names", Channel.Priority.NORMAL);

    private static final Duration TICK = Duration.ofMillis(25);
    private static final int MESSAGES_PER_TURN = 256;
    private static final int MESSAGES_PER_LENT_TURN = 16;

    private final NamesService.Parts parts;
    private final NodeId self;
    private final NamesReplica replica;
    private final TableLink<String, NameRow> link;
    private final ClaimWire wire = new ClaimWire();
    private final ClaimPost post;
    private final Refs refs;
    private final Losers losers;
    private final Awaits awaits;
    private final Listeners<String, NamesMessage.Events> listeners;
    private final Brief brief;
    private final long startNanos = System.nanoTime();
    private final Callers callers;
    private final Map<String, ActorRef<Object>> watched = new HashMap<>();
    private final Set<NodeId> unreadable = new HashSet<>();

    /** Claims of this turn that came in a frame with others. */
    private int moreClaims;

    private NamesActor(
            ActorContext<NamesMessage> context, TimerScheduler<NamesMessage> timers, NamesService.Parts parts) {
        super(context);
        this.parts = parts;
        self = parts.mesh().self();
        callers = new Callers(self);
        refs = new Refs(context.getSystem());
        losers = new Losers(refs, parts.users(), context.getLog());
        awaits = new Awaits(parts.book());
        listeners = new Listeners<>(
                listener -> context.watchWith(listener, new NamesMessage.ListenerStopped(listener)), context::unwatch);
        TableWire<String, NameRow> rows = RowCodecs.names();
        replica = new NamesReplica(
                parts.slot(), parts.settings().table(), rows, parts.settings().timing());
        Mail mail = parts.mail();
        link = TableLink.open(parts.mesh(), TABLE, rows, event -> brought(mail, event));
        post = new ClaimPost(parts.mesh(), wire);
        brief = new Brief(replica, link, wire, name -> listeners.count(name) + awaits.count(name));
        parts.mesh()
                .serve(
                        ClaimPost.CHANNEL,
                        (from, payload, consumed) -> mail.bring(new NamesMessage.OnClaims(from, payload, consumed)));
        timers.startTimerWithFixedDelay(NamesMessage.Sign.TICK, TICK);
        replica.tick(now());
        mail.attach(context.getSelf());
    }

    /** On the links' thread, which may take the turn if that is {@link Brief}. */
    private static void brought(Mail mail, TableLink.Event event) {
        NamesMessage message = new NamesMessage.OnTable(event);
        if (event.isShort()) {
            mail.bring(message);
        } else {
            mail.add(message);
        }
    }

    static Behavior<NamesMessage> create(NamesService.Parts parts) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> new NamesActor(context, timers, parts)));
    }

    @Override
    public Receive<NamesMessage> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(NamesMessage.Sign.WAKE, this::turn)
                .onMessage(NamesMessage.class, this::one)
                .onSignal(PostStop.class, signal -> {
                    link.close();
                    parts.mesh().withdraw(ClaimPost.CHANNEL);
                    answerAll();
                    return this;
                })
                .build();
    }

    /** All of the mail, as one; on a thread that is lent, only what takes but a moment. */
    private Behavior<NamesMessage> turn() {
        long began = System.nanoTime();
        boolean lent = LentThreads.isLent();
        Mail mail = parts.mail();
        if (!mail.begin()) {
            return Behaviors.stopped();
        }
        int max = lent ? MESSAGES_PER_LENT_TURN : MESSAGES_PER_TURN;
        int taken = 0;
        moreClaims = 0;
        boolean goesOn = true;
        for (NamesMessage next = mail.first(); next != null && goesOn && taken < max; next = mail.first()) {
            if (lent && !brief.is(next)) {
                LentThreads.giveBack();
                break;
            }
            goesOn = take(next);
            mail.done();
            taken++;
        }
        perform();
        mail.turned(taken + moreClaims, System.nanoTime() - began);
        return goesOn ? this : Behaviors.stopped();
    }

    /** What comes by itself may take long: a process that stops has all its names taken along. */
    private Behavior<NamesMessage> one(NamesMessage message) {
        if (LentThreads.isLent()) {
            LentThreads.giveBack();
            parts.mail().add(message);
            return this;
        }
        take(message);
        perform();
        return this;
    }

    /** Gives the core one input; {@link #perform} does what comes of it. Returns whether the node goes on. */
    private boolean take(NamesMessage message) {
        replica.names().time(now());
        if (message instanceof NamesMessage.OnTable table) {
            link.handle(table.event(), replica);
        } else if (message instanceof NamesMessage.OnClaims claims) {
            claims(claims);
        } else if (message instanceof NamesMessage.Stopped stopped) {
            stopped(stopped.process());
        } else if (message instanceof NamesMessage.ListenerStopped stopped) {
            listeners.stopped(stopped.listener());
        } else if (message instanceof NamesMessage.Resolved resolved) {
            NamesEffect.Resolve conflict = resolved.conflict();
            replica.names().resolved(conflict.name(), conflict.rivals(), resolved.winner());
        } else if (message == NamesMessage.Sign.TICK) {
            tick();
        } else if (message instanceof NamesMessage.Request request) {
            asked(request);
        }
        replica.settle();
        return message != NamesMessage.Sign.CLOSE;
    }

    private void asked(NamesMessage.Request request) {
        if (request instanceof NamesMessage.Register register) {
            register(register);
        } else if (request instanceof NamesMessage.Update update) {
            update(update);
        } else if (request instanceof NamesMessage.Unregister unregister) {
            unregister(unregister);
        } else if (request instanceof NamesMessage.Leave leave) {
            replica.names().leave();
            List.copyOf(watched.keySet()).forEach(this::stopped);
            shownFirst();
            leave.done().run();
        } else if (request instanceof NamesMessage.Await await) {
            shownFirst();
            awaits.add(await.name(), await.timeout(), await.done(), now());
        } else if (request instanceof NamesMessage.Sync sync) {
            callers.addSync(sync.done(), now() + sync.timeout().toMillis());
        } else if (request instanceof NamesMessage.Monitor monitor) {
            shownFirst();
            monitor(monitor);
        } else if (request instanceof NamesMessage.Demonitor demonitor) {
            shownFirst();
            boolean ended = listeners.remove(demonitor.name(), demonitor.listener());
            demonitor.done().accept(ended ? Outcome.DONE : Outcome.NOTHING);
        }
    }

    /** Who listens from now on, or no longer, is not told of what happened before, nor misses it. */
    private void shownFirst() {
        replica.settle();
        perform();
    }

    private void perform() {
        replica.drain(link::perform, this::perform);
        post.send();
        if ((callers.awaitSync() || !parts.book().isComplete())
                && replica.names().synced()) {
            parts.book().completed();
            callers.synced();
        }
    }

    /** This node is stopping, or this actor has failed: whoever still waits would wait for ever. */
    private void answerAll() {
        List<Runnable> answers = callers.end();
        answers.add(awaits::end);
        for (NamesMessage left : parts.mail().close()) {
            if (left instanceof NamesMessage.Request request) {
                answers.add(request::end);
            }
        }
        for (Runnable answer : answers) {
            try {
                answer.run();
            } catch (RuntimeException | Error e) {
                // Perhaps by what this actor failed with: the others are to be answered all the same.
                getContext().getLog().error("could not answer a request", e);
            }
        }
    }

    private long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }

    private void tick() {
        replica.tick(now());
        awaits.tick(now());
        losers.tick(now());
        callers.tick(now());
    }

    private void stopped(String process) {
        watched.remove(process);
        losers.forget(process);
        replica.names().stopped(process);
    }

    private void register(NamesMessage.Register message) {
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
                                callers.add(outcome -> {
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
    private void granted(NamesMessage.Register message, String process, NodeId home) {
        if (message.loss() == NameRow.Loss.KILL_ONE) {
            losers.forget(process, message.name()); // It will be stopped, not told; and most names are such.
        } else if (home.equals(self)) {
            losers.remember(process, message.name(), message.lost());
        } else {
            losers.rememberGranted(process, message.name(), message.lost());
        }
    }

    private void update(NamesMessage.Update message) {
        replica.names()
                .request(new NameRequest.Update(
                        callers.add(message.done()),
                        message.name(),
                        now() + message.timeout().toMillis(),
                        message.expected(),
                        message.metadata()));
    }

    private void unregister(NamesMessage.Unregister message) {
        NameRequest request = new NameRequest.Unregister(
                callers.add(message.done()),
                message.name(),
                now() + message.timeout().toMillis());
        if (message.ownOnly()) {
            replica.names().request(request, self);
        } else {
            replica.names().request(request);
        }
    }

    private void monitor(NamesMessage.Monitor message) {
        if (listeners.full(parts.settings().nameMonitorsMax(), message.name(), message.listener())) {
            message.done().accept(Outcome.TOO_MANY);
            return;
        }
        listeners.add(message.name(), message.listener(), message.events());
        message.listener().tell(message.events().event(parts.book().entry(message.name())));
        message.done().accept(Outcome.DONE);
    }

    private void claims(NamesMessage.OnClaims message) {
        try {
            List<ClaimMessage> claims = wire.decode(message.payload());
            moreClaims += claims.size() - 1;
            for (ClaimMessage each : claims) {
                replica.names().message(message.from(), each);
                replica.settle();
            }
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
            post.add(send.peer(), send.message());
        } else if (effect instanceof NamesEffect.Show show) {
            show(show);
        } else if (effect instanceof NamesEffect.Answer answer) {
            callers.answer(answer);
        } else if (effect instanceof NamesEffect.Watch watch) {
            getContext().watchWith(process(watch.process()), new NamesMessage.Stopped(watch.process()));
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
        parts.users()
                .execute(() -> parts.mail()
                        .add(new NamesMessage.Resolved(
                                conflict, parts.resolvers().winner(conflict, refs))));
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

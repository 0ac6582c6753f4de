package io.capstan.registry.internal;

import io.capstan.actors.internal.link.Channel;
import io.capstan.crdt.core.TableWire;
import io.capstan.crdt.internal.TableLink;
import io.capstan.registry.core.GroupKey;
import io.capstan.registry.core.GroupRow;
import io.capstan.registry.core.GroupsEffect;
import io.capstan.registry.core.GroupsReplica;
import io.capstan.registry.core.Membership;
import io.capstan.registry.core.RowCodecs;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
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

/** Drives the groups' core: turns what happens into its inputs, and performs its effects in order. */
public final class GroupsActor extends AbstractBehavior<GroupsActor.Message> {
    static final Channel TABLE = new Channel(50, "groups", Channel.Priority.NORMAL);

    private static final Duration TICK = Duration.ofMillis(100);

    private final GroupsService.Parts parts;
    private final GroupsReplica replica;
    private final TableLink<Membership, GroupRow> link;
    private final Refs refs;
    private final Monitors monitors;
    private final Map<String, ActorRef<Object>> members = new HashMap<>();

    /** What this actor takes. */
    public sealed interface Message {}

    private record OnTable(TableLink.Event event) implements Message {}

    private record MemberStopped(String process) implements Message {}

    private record ListenerStopped(ActorRef<Object> listener) implements Message {}

    private enum Tick implements Message {
        NOW
    }

    enum Close implements Message {
        NOW
    }

    /** How a join, leave, monitor or demonitor ended. */
    public enum Outcome {
        /** Done, and shown by this node. */
        DONE,
        /** There was nothing to leave or to end. */
        NOTHING,
        /** A limit of this node. */
        TOO_MANY
    }

    /** A process of this node joins, once more if it is a member. */
    public record Join(GroupKey group, ActorRef<Object> process, Consumer<Outcome> done) implements Message {}

    /** A process of this node leaves, once. */
    public record Leave(GroupKey group, ActorRef<Object> process, Consumer<Outcome> done) implements Message {}

    /** The listener gets the members now, then every change, until it stops or demonitors. */
    public record Monitor(GroupKey group, ActorRef<Object> listener, GroupEvents events, Consumer<Outcome> done)
            implements Message {}

    /** Ends a monitor. */
    public record Demonitor(GroupKey group, ActorRef<Object> listener, Consumer<Outcome> done) implements Message {}

    private GroupsActor(ActorContext<Message> context, TimerScheduler<Message> timers, GroupsService.Parts parts) {
        super(context);
        this.parts = parts;
        refs = new Refs(context.getSystem());
        ActorRef<Message> me = context.getSelf();
        monitors = new Monitors(
                parts.book(), listener -> context.watchWith(listener, new ListenerStopped(listener)), context::unwatch);
        TableWire<Membership, GroupRow> rows = RowCodecs.groups();
        replica = new GroupsReplica(parts.slot(), parts.settings().table(), rows);
        link = TableLink.open(parts.mesh(), TABLE, rows, event -> me.tell(new OnTable(event)));
        timers.startTimerWithFixedDelay(Tick.NOW, TICK);
    }

    static Behavior<Message> create(GroupsService.Parts parts) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> new GroupsActor(context, timers, parts)));
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder()
                .onMessage(OnTable.class, message -> input(() -> link.handle(message.event(), replica)))
                .onMessage(Join.class, this::join)
                .onMessage(Leave.class, this::leave)
                .onMessage(Monitor.class, this::monitor)
                .onMessage(Demonitor.class, this::demonitor)
                .onMessage(MemberStopped.class, message -> {
                    input(() -> replica.groups().stopped(message.process()));
                    members.remove(message.process());
                    return this;
                })
                .onMessage(ListenerStopped.class, message -> input(() -> monitors.stopped(message.listener())))
                .onMessage(
                        Tick.class,
                        message -> input(() -> replica.tick(TimeUnit.NANOSECONDS.toMillis(System.nanoTime()))))
                .onMessage(Close.class, message -> Behaviors.stopped())
                .onSignal(PostStop.class, signal -> {
                    link.close();
                    return this;
                })
                .build();
    }

    private Behavior<Message> input(Runnable input) {
        input.run();
        replica.drain(link::perform, this::perform);
        return this;
    }

    private Behavior<Message> join(Join message) {
        if (replica.groups().memberships() >= parts.settings().membershipsMax()) {
            message.done().accept(Outcome.TOO_MANY);
            return this;
        }
        String process = refs.write(message.process());
        members.putIfAbsent(process, message.process());
        input(() -> replica.groups().join(membership(message.group(), process)));
        message.done().accept(Outcome.DONE);
        return this;
    }

    private Behavior<Message> leave(Leave message) {
        Membership membership = membership(message.group(), refs.write(message.process()));
        boolean left = replica.groups().leave(membership);
        input(() -> {});
        message.done().accept(left ? Outcome.DONE : Outcome.NOTHING);
        return this;
    }

    private Behavior<Message> monitor(Monitor message) {
        if (monitors.size() >= parts.settings().monitorsMax()) {
            message.done().accept(Outcome.TOO_MANY);
        } else {
            monitors.add(message);
            message.done().accept(Outcome.DONE);
        }
        return this;
    }

    private Behavior<Message> demonitor(Demonitor message) {
        boolean ended = monitors.remove(message.group(), message.listener());
        message.done().accept(ended ? Outcome.DONE : Outcome.NOTHING);
        return this;
    }

    private static Membership membership(GroupKey group, String process) {
        return new Membership(group.scope(), group.group(), process);
    }

    private void perform(GroupsEffect effect) {
        if (effect instanceof GroupsEffect.Changed changed) {
            ActorRef<Object> process = ref(changed.membership().process());
            parts.book().change(changed, process);
            monitors.changed(changed, process);
        } else if (effect instanceof GroupsEffect.Watch watch) {
            getContext().watchWith(ref(watch.process()), new MemberStopped(watch.process()));
        } else if (effect instanceof GroupsEffect.Unwatch unwatch) {
            getContext().unwatch(ref(unwatch.process()));
            members.remove(unwatch.process());
        }
    }

    private ActorRef<Object> ref(String process) {
        ActorRef<Object> known = members.get(process);
        return known != null ? known : refs.read(process);
    }
}

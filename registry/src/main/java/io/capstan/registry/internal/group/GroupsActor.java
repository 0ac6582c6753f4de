package io.capstan.registry.internal.group;

import io.capstan.actors.internal.link.Channel;
import io.capstan.crdt.core.TableWire;
import io.capstan.crdt.internal.TableLink;
import io.capstan.registry.Metadata;
import io.capstan.registry.core.GroupKey;
import io.capstan.registry.core.GroupRow;
import io.capstan.registry.core.GroupsEffect;
import io.capstan.registry.core.GroupsReplica;
import io.capstan.registry.core.Membership;
import io.capstan.registry.core.RowCodecs;
import io.capstan.registry.internal.Listeners;
import io.capstan.registry.internal.Outcome;
import io.capstan.registry.internal.Refs;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/** Drives the groups' core: turns what happens into its inputs, and performs its effects in order. */
public final class GroupsActor extends AbstractBehavior<GroupsActor.Message> {
    static final Channel TABLE = new Channel(50, "groups", Channel.Priority.NORMAL);

    private static final Duration TICK = Duration.ofMillis(100);

    private final GroupsService.Parts parts;
    private final GroupsReplica replica;
    private final TableLink<Membership, GroupRow> link;
    private final Refs refs;
    private final Listeners<GroupKey, GroupEvents> listeners;
    private final GroupChanges changes = new GroupChanges();
    private final Map<String, ActorRef<Object>> members = new HashMap<>();
    private boolean leaving;

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

    /**
     * Processes of this node join, once more where they are members.
     *
     * @param metadata null: as it was, or none
     */
    public record Join(
            GroupKey group,
            List<ActorRef<Object>> processes,
            @Nullable Metadata metadata,
            Consumer<Outcome> done) implements Message {}

    /** Processes of this node leave, each once; it is done when one of them was a member. */
    public record Leave(GroupKey group, List<ActorRef<Object>> processes, Consumer<Outcome> done) implements Message {}

    /** The node stops: all its processes leave all groups, and nobody joins any more. */
    record LeaveAll(Consumer<Outcome> done) implements Message {}

    /** A member of this node gets other metadata. */
    public record Update(
            GroupKey group, ActorRef<Object> process, UnaryOperator<Metadata> change, Consumer<Outcome> done)
            implements Message {}

    /** The listener gets the members now, then every change, until it stops or demonitors. */
    public record Monitor(GroupKey group, ActorRef<Object> listener, GroupEvents events, Consumer<Outcome> done)
            implements Message {}

    /** As {@link Monitor}, of all groups of a scope that have members; empty groups are not told at the start. */
    public record MonitorScope(String scope, ActorRef<Object> listener, GroupEvents events, Consumer<Outcome> done)
            implements Message {}

    /** Ends a monitor. */
    public record Demonitor(GroupKey group, ActorRef<Object> listener, Consumer<Outcome> done) implements Message {}

    /** Ends a monitor of a scope. */
    public record DemonitorScope(String scope, ActorRef<Object> listener, Consumer<Outcome> done) implements Message {}

    private GroupsActor(ActorContext<Message> context, TimerScheduler<Message> timers, GroupsService.Parts parts) {
        super(context);
        this.parts = parts;
        refs = new Refs(context.getSystem());
        ActorRef<Message> me = context.getSelf();
        listeners = new Listeners<>(
                listener -> context.watchWith(listener, new ListenerStopped(listener)), context::unwatch);
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
                .onMessage(LeaveAll.class, this::leaveAll)
                .onMessage(Update.class, this::update)
                .onMessage(Monitor.class, this::monitor)
                .onMessage(MonitorScope.class, this::monitorScope)
                .onMessage(Demonitor.class, message -> demonitor(message.group(), message.listener(), message.done()))
                .onMessage(
                        DemonitorScope.class,
                        message -> demonitor(GroupChanges.scope(message.scope()), message.listener(), message.done()))
                .onMessage(MemberStopped.class, message -> {
                    input(() -> replica.groups().stopped(message.process()));
                    members.remove(message.process());
                    return this;
                })
                .onMessage(ListenerStopped.class, message -> input(() -> listeners.stopped(message.listener())))
                .onMessage(
                        Tick.class,
                        message -> input(() -> replica.tick(TimeUnit.NANOSECONDS.toMillis(System.nanoTime()))))
                .onMessage(Close.class, message -> Behaviors.stopped())
                .onSignal(PostStop.class, signal -> {
                    link.close();
                    parts.pending().end(Outcome.CLOSED);
                    return this;
                })
                .build();
    }

    private Behavior<Message> input(Runnable input) {
        input.run();
        replica.drain(link::perform, this::perform);
        changes.tell(listeners);
        return this;
    }

    private Behavior<Message> join(Join message) {
        if (leaving) {
            message.done().accept(Outcome.CLOSED);
            return this;
        }
        int max = parts.settings().membershipsMax();
        if (replica.groups().memberships() + message.processes().size() > max) {
            message.done().accept(Outcome.TOO_MANY);
            return this;
        }
        for (ActorRef<Object> each : message.processes()) {
            String process = refs.write(each);
            members.putIfAbsent(process, each);
            replica.groups().join(membership(message.group(), process), message.metadata());
        }
        input(() -> {});
        message.done().accept(Outcome.DONE);
        return this;
    }

    private Behavior<Message> leave(Leave message) {
        boolean left = false;
        for (ActorRef<Object> each : message.processes()) {
            left |= replica.groups().leave(membership(message.group(), refs.write(each)));
        }
        input(() -> {});
        message.done().accept(left ? Outcome.DONE : Outcome.NOTHING);
        return this;
    }

    private Behavior<Message> leaveAll(LeaveAll message) {
        List.copyOf(members.keySet()).forEach(replica.groups()::stopped);
        leaving = true;
        input(() -> {});
        message.done().accept(Outcome.DONE);
        return this;
    }

    private Behavior<Message> update(Update message) {
        Outcome outcome;
        try {
            Membership membership = membership(message.group(), refs.write(message.process()));
            outcome = replica.groups().update(membership, message.change()) ? Outcome.DONE : Outcome.NOTHING;
        } catch (RuntimeException e) {
            getContext().getLog().error("could not make the metadata of a member of " + message.group(), e);
            outcome = Outcome.NOTHING;
        }
        input(() -> {});
        message.done().accept(outcome);
        return this;
    }

    private Behavior<Message> monitor(Monitor message) {
        return listen(message.group(), message.listener(), message.events(), message.done(), List.of(message.group()));
    }

    private Behavior<Message> monitorScope(MonitorScope message) {
        List<GroupKey> groups = parts.book().groups(message.scope(), "").stream()
                .map(group -> new GroupKey(message.scope(), group))
                .toList();
        return listen(
                GroupChanges.scope(message.scope()), message.listener(), message.events(), message.done(), groups);
    }

    private Behavior<Message> listen(
            GroupKey to, ActorRef<Object> listener, GroupEvents events, Consumer<Outcome> done, List<GroupKey> now) {
        if (listeners.full(parts.settings().monitorsMax(), to, listener)) {
            done.accept(Outcome.TOO_MANY);
            return this;
        }
        listeners.add(to, listener, events);
        for (GroupKey group : now) {
            listener.tell(events.members(group, parts.book().members(group)));
        }
        done.accept(Outcome.DONE);
        return this;
    }

    private Behavior<Message> demonitor(GroupKey from, ActorRef<Object> listener, Consumer<Outcome> done) {
        done.accept(listeners.remove(from, listener) ? Outcome.DONE : Outcome.NOTHING);
        return this;
    }

    private static Membership membership(GroupKey group, String process) {
        return new Membership(group.scope(), group.group(), process);
    }

    private void perform(GroupsEffect effect) {
        if (effect instanceof GroupsEffect.Changed changed) {
            ActorRef<Object> process = ref(changed.membership().process());
            parts.book().change(changed, process);
            changes.add(changed, process);
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

package io.capstan.raft.internal.client;

import io.capstan.actors.NodeId;
import io.capstan.actors.StoppingFailure;
import io.capstan.actors.internal.link.Mesh;
import io.capstan.actors.internal.link.MeshEvent;
import io.capstan.actors.internal.turn.Gathering;
import io.capstan.raft.GroupStatus;
import io.capstan.raft.RaftFailure;
import io.capstan.raft.internal.RaftSettings;
import io.capstan.raft.internal.peer.Hosts;
import io.capstan.raft.internal.session.SessionExpired;
import io.capstan.raft.internal.wire.ClientFrame;
import io.capstan.raft.internal.wire.ClientFrame.Refused;
import io.capstan.raft.internal.wire.ClientFrame.Reply;
import io.capstan.raft.internal.wire.ClientFrame.Request;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.agrona.collections.Long2ObjectHashMap;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/** Sends the attempts of this node's requests, to whoever leads as far as is known, until they are answered. */
final class Client extends AbstractBehavior<Client.Wake> {
    /** Its messages: what happened is gathered. */
    enum Wake {
        /** Something has happened. */
        NOW,
        /** Time passed. */
        TICK
    }

    /** What happens to it. */
    sealed interface Event {
        record Begin(Call call) implements Event {}

        record Answered(String from, Reply reply) implements Event {}

        record Links(MeshEvent event) implements Event {}
    }

    // Others on this dispatcher wait for no more than so many.
    private static final int TURN_MAX = 512;

    // So much more often than others somebody looks for a leader.
    private static final int SCOUTS = 4;
    private static final long NEVER = Long.MAX_VALUE;

    private final TimerScheduler<Wake> timers;
    private final Gathering<Event> events;
    private final Mesh mesh;
    private final Hosts hosts;
    private final RaftSettings.Client settings;
    // By correlation.
    private final Long2ObjectHashMap<Call> attempts = new Long2ObjectHashMap<>();
    // Calls with no attempt under way, by group, in the order in which they began to wait.
    private final Map<String, Set<Call>> waiting = new HashMap<>();
    private final Map<String, String> leaders = new HashMap<>();
    private final TreeMap<String, NodeId> visible = new TreeMap<>();
    private long lastCall;
    private long lastCorrelation;
    private boolean ticking;
    /** Before that no call needs to be looked at: thousands may wait, for whom a tick means nothing. */
    private long dueNanos = NEVER;

    /** It takes up what {@code events} gathers. */
    static Behavior<Wake> create(Gathering<Event> events, Mesh mesh, Hosts hosts, RaftSettings.Client settings) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new Client(context, timers, events, mesh, hosts, settings)));
    }

    private Client(
            ActorContext<Wake> context,
            TimerScheduler<Wake> timers,
            Gathering<Event> events,
            Mesh mesh,
            Hosts hosts,
            RaftSettings.Client settings) {
        super(context);
        this.timers = timers;
        this.events = events;
        this.mesh = mesh;
        this.hosts = hosts;
        this.settings = settings;
        events.attach(() -> context.getSelf().tell(Wake.NOW));
    }

    @Override
    public Receive<Wake> createReceive() {
        return newReceiveBuilder()
                .onMessage(Wake.class, wake -> wake == Wake.TICK ? onTick() : onEvents())
                .onSignal(PostStop.class, stopped -> onStop())
                .build();
    }

    private Behavior<Wake> onEvents() {
        for (Event event : events.drain(TURN_MAX)) {
            if (event instanceof Event.Begin begin) {
                begin(begin.call());
            } else if (event instanceof Event.Answered answered) {
                answered(answered.from(), answered.reply());
            } else if (event instanceof Event.Links links) {
                links(links.event());
            }
        }
        return this;
    }

    private void begin(Call call) {
        if (!ticking) {
            ticking = true;
            timers.startTimerWithFixedDelay(Wake.TICK, settings.backoff().dividedBy(SCOUTS));
        }
        call.number = ++lastCall;
        due(call.deadlineNanos);
        attempt(call);
    }

    private void attempt(Call call) {
        String target = choose(call);
        if (target == null) {
            call.wakeNanos = afterBackoff(call);
            return;
        }
        waitsNoLonger(call);
        long correlation = ++lastCorrelation;
        Request request = call.request.apply(correlation);
        attempts.put(correlation, call);
        call.sent(target, correlation, due(System.nanoTime() + call.patienceNanos));
        NodeId node = visible.get(target);
        if (target.equals(mesh.self().name())) {
            hosts.ask(request, reply -> events.add(new Event.Answered(target, reply)));
        } else if (node == null || !mesh.send(node, ClientFrame.CHANNEL, request.toBytes())) {
            attempts.remove(correlation);
            call.notSent(afterBackoff(call));
        }
    }

    /** Whom to ask next; null when there is nobody to ask now. */
    private @Nullable String choose(Call call) {
        if (call.only != null) {
            return isThere(call.only) ? call.only : null;
        }
        String known = leaders.get(call.group);
        if (known != null && isThere(known) && !call.stale()) {
            return known;
        }
        GroupStatus own = hosts.status(call.group);
        if (own != null && call.stale() && !call.isPassedOver(own.node())) {
            return own.node();
        }
        String leader = own == null ? "" : own.leader().orElse("");
        if (!call.stale() && isThere(leader)) {
            return leader;
        }
        // Our own member first; others too, for it may be in no group yet.
        List<String> candidates = new ArrayList<>();
        if (own != null) {
            candidates.add(own.node());
        }
        candidates.addAll(visible.keySet());
        candidates.removeIf(call::isPassedOver);
        if (candidates.isEmpty()) {
            call.askEverybodyAgain();
            return null;
        }
        return candidates.get(Math.floorMod(call.turn++, candidates.size()));
    }

    private boolean isThere(String name) {
        return name.equals(mesh.self().name()) || visible.containsKey(name);
    }

    /** Of those that wait, a group's oldest looks for its leader more often, for all of them. */
    private long afterBackoff(Call call) {
        Set<Call> others = waiting.computeIfAbsent(call.group, group -> new LinkedHashSet<>());
        others.add(call);
        boolean scout = others.iterator().next().equals(call);
        long pause = settings.backoff().toNanos();
        return due(System.nanoTime() + (scout ? pause / SCOUTS : pause));
    }

    private long due(long nanos) {
        if (dueNanos == NEVER || nanos - dueNanos < 0) {
            dueNanos = nanos;
        }
        return nanos;
    }

    private void waitsNoLonger(Call call) {
        Set<Call> others = waiting.isEmpty() ? null : waiting.get(call.group);
        if (others != null && others.remove(call) && others.isEmpty()) {
            waiting.remove(call.group);
        }
    }

    /** In the order in which they came. */
    private Set<Call> all() {
        Set<Call> all = new TreeSet<>(Comparator.comparingLong(call -> call.number));
        all.addAll(attempts.values());
        waiting.values().forEach(all::addAll);
        return all;
    }

    /** Somebody leads: whoever waits for that need not wait longer. */
    private void leads(String group, String leader, Call found) {
        if (leader.equals(leaders.put(group, leader))) {
            return;
        }
        for (Call call : List.copyOf(waiting.getOrDefault(group, Set.of()))) {
            if (!call.equals(found) && call.isWaiting() && call.only == null) {
                attempt(call);
            }
        }
    }

    private void answered(String from, Reply reply) {
        Call call = attempts.remove(reply.correlation());
        if (call == null) {
            return;
        }
        if (reply instanceof Refused refused) {
            refused(call, from, refused);
        } else {
            if (reply instanceof ClientFrame.Answer && !call.stale() && call.only == null) {
                leads(call.group, from, call);
            }
            finish(call);
            call.outcome.complete(reply);
        }
    }

    private void refused(Call call, String from, Refused refused) {
        boolean current = call.attempt == refused.correlation();
        // Of an earlier attempt it means no pause.
        long retryNanos = current ? afterBackoff(call) : NEVER;
        switch (refused.why()) {
            case NOT_LEADER, NO_PEER -> {
                call.refused(from, refused, retryNanos);
                boolean better = learn(call, from, refused);
                if (call.only != null && refused.why() == ClientFrame.Why.NO_PEER) {
                    fail(call, RaftFailure.Kind.NO_MEMBER, refused);
                } else if (current && call.only == null && better && call.mayRedirect()) {
                    attempt(call);
                }
            }
            case UNKNOWN -> {
                leaders.remove(call.group, from);
                if (!call.lost(afterBackoff(call))) {
                    fail(call, call.expired());
                }
            }
            case OVERLOADED -> {
                call.refused(from, refused, retryNanos);
                fail(call, RaftFailure.Kind.OVERLOADED, refused);
            }
            case INVALID -> {
                call.refused(from, refused, retryNanos);
                fail(call, RaftFailure.Kind.INVALID, refused);
            }
            case NOT_NOW -> {
                call.refused(from, refused, retryNanos);
                fail(call, RaftFailure.Kind.NOT_NOW, refused);
            }
            case EXPIRED -> {
                call.refused(from, refused, retryNanos);
                fail(
                        call,
                        call.maybeDone()
                                ? new RaftFailure(
                                        RaftFailure.Kind.UNKNOWN_OUTCOME,
                                        "group " + call.group + ": an earlier attempt may have been executed; now "
                                                + refused.text())
                                : new SessionExpired("group " + call.group + ": " + refused.text()));
            }
            case MACHINE -> fail(call, RaftFailure.Kind.MACHINE_FAILED, refused);
        }
    }

    /** Takes what a refusal says about the leader; returns whether somebody else may know better. */
    private boolean learn(Call call, String from, Refused refused) {
        if (!refused.leader().isEmpty()) {
            leads(call.group, refused.leader(), call);
            return !refused.leader().equals(from);
        }
        leaders.remove(call.group, from);
        return refused.why() == ClientFrame.Why.NO_PEER;
    }

    private void fail(Call call, RaftFailure.Kind kind, Refused refused) {
        // An earlier attempt may have been logged all the same.
        fail(
                call,
                call.maybeDone() && kind != RaftFailure.Kind.MACHINE_FAILED
                        ? call.expired()
                        : new RaftFailure(kind, "group " + call.group + ": " + refused.text()));
    }

    private void fail(Call call, RuntimeException failure) {
        finish(call);
        call.outcome.completeExceptionally(failure);
    }

    private void finish(Call call) {
        waitsNoLonger(call);
        if (call.attempt != 0) {
            attempts.remove(call.attempt);
        }
        call.earlier.forEach(attempts::remove);
    }

    private void links(MeshEvent event) {
        String name = event.peer().name();
        if (event instanceof MeshEvent.Visible) {
            visible.put(name, event.peer());
        } else if (event instanceof MeshEvent.Hidden) {
            visible.remove(name, event.peer());
            lost(name);
        } else if (event instanceof MeshEvent.Unlinked) {
            lost(name);
        }
    }

    private void lost(String name) {
        leaders.values().removeIf(name::equals);
        for (Call call : all()) {
            if (call.attempt != 0 && call.target.equals(name) && !call.lost(afterBackoff(call))) {
                fail(call, call.expired());
            }
        }
    }

    private Behavior<Wake> onTick() {
        if (attempts.isEmpty() && waiting.isEmpty()) {
            // Nothing ticks while nobody waits; but of requests in turn, each would set a timer and take it back.
            ticking = false;
            timers.cancelAll();
            return this;
        }
        long now = System.nanoTime();
        if (dueNanos == NEVER || now - dueNanos < 0) {
            return this;
        }
        dueNanos = NEVER;
        for (Call call : all()) {
            if (now - call.deadlineNanos >= 0) {
                fail(call, call.expired());
            } else if (call.wakeNanos != NEVER && now - call.wakeNanos >= 0) {
                if (call.attempt != 0) {
                    // Perhaps it leads no longer, or is paused: somebody else may know.
                    leaders.remove(call.group, call.target);
                    call.lost(now);
                }
                attempt(call);
                due(call.deadlineNanos);
            } else {
                due(call.deadlineNanos);
                if (call.wakeNanos != NEVER) {
                    due(call.wakeNanos);
                }
            }
        }
        return this;
    }

    /** What came too late. */
    private static void refuse(Event event) {
        if (event instanceof Event.Begin begin) {
            begin.call()
                    .outcome
                    .completeExceptionally(new StoppingFailure(
                            "group " + begin.call().group + " was not asked: what asks groups has ended on this node"));
        }
    }

    private Behavior<Wake> onStop() {
        events.end(Client::refuse);
        for (Call call : all()) {
            call.outcome.completeExceptionally(call.expired());
        }
        return this;
    }
}

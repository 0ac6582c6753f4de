package io.capstan.actors.internal.process;

import io.capstan.actors.ExitReason;
import io.capstan.actors.process.Down;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Processes of other nodes that are called. Who is called once is watched for that call and no longer. Who is called again
 * has one watch that all calls share and that stays for the next: so a call sends its request, and its node nothing else.
 *
 * <p>The peer's news of a shared watch comes over the link and could overtake a reply, which comes through Artery. So each
 * call that waits then has a watch of its own made, and whoever is gone is told to it behind its replies. What this node
 * knows by itself, that the link is gone, is told at once.
 *
 * <p>Thread-safe.
 */
final class Callees {
    private static final int KEPT_MAX = 256;
    /** They count as watched: most of the room is for those whom users watch. */
    private static final int PART_OF_LIMIT = 4;

    private final ProcessTable table;
    private final Consumer<Order> agent;
    private final int keptMax;
    private final ConcurrentHashMap<ActorRef<?>, Callee> callees = new ConcurrentHashMap<>();

    /** @param limit how many processes of another node may be watched */
    Callees(ProcessTable table, Consumer<Order> agent, int limit) {
        this.table = table;
        this.agent = agent;
        keptMax = Math.min(KEPT_MAX, limit / PART_OF_LIMIT);
    }

    /** Watches {@code process} for one call. */
    CallMonitor monitor(ActorRef<?> process, ActorRef<?> replyTo, Consumer<Down> listener) {
        CallMonitor monitor = new CallMonitor(table, process, replyTo, listener);
        Callee known = callees.get(process);
        if (known == null || !known.add(monitor)) {
            agent.accept(new Order.Call(monitor));
        }
        if (known == null && isOne(process) && hasRoom()) {
            callees.putIfAbsent(process, new Callee(process));
        }
        return monitor;
    }

    /** Takes the monitor of a call down. */
    void remove(CallMonitor monitor) {
        Cell shared = monitor.cell;
        if (shared == null || !shared.standing()) {
            agent.accept(new Order.Unwatch(monitor));
        } else {
            shared.remove(monitor);
        }
    }

    /** Of a path alone there may be one process after the other: a call's own watch would be one of the next. */
    private static boolean isOne(ActorRef<?> process) {
        return process.path().uid() != 0;
    }

    private boolean hasRoom() {
        if (callees.size() >= keptMax) {
            callees.values().forEach(Callee::forgetIfIdle);
        }
        return callees.size() < keptMax;
    }

    /** One that has been called. */
    private final class Callee {
        private final Cell calls;
        private final Watch watch;
        private final AtomicBoolean watched = new AtomicBoolean();

        private Callee(ActorRef<?> process) {
            calls = new Cell(process, false);
            watch = new Watch(process, down -> ended(down.reason()));
        }

        /** Returns false when it is gone, or forgotten. */
        private boolean add(CallMonitor monitor) {
            if (calls.add(monitor) != Cell.State.STANDING) {
                return false;
            }
            if (!watched.get() && watched.compareAndSet(false, true)) {
                agent.accept(new Order.Watch(watch));
            }
            return true;
        }

        private void ended(ExitReason reason) {
            callees.remove(calls.process(), this);
            Cell.Ended ended = calls.end(reason);
            if (ended == null) {
                return;
            }
            for (Monitor each : ended.monitors()) {
                CallMonitor call = (CallMonitor) each;
                if (watch.byPeer) {
                    call.knows(reason);
                    agent.accept(new Order.Call(call));
                } else {
                    call.tell(reason);
                }
            }
        }

        private void forgetIfIdle() {
            if (calls.retire()) {
                callees.remove(calls.process(), this);
                if (watched.get()) {
                    watch.demonitor();
                }
            }
        }
    }

    /** The one that calls share. */
    private final class Watch extends Monitor {
        // Said and looked at by the agent.
        private boolean byPeer;

        private Watch(ActorRef<?> process, Consumer<Down> listener) {
            super(table, process, listener, false);
        }

        @Override
        void tellAsPeerSays(ExitReason reason) {
            byPeer = true;
            tell(reason);
        }
    }
}

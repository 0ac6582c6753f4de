package io.capstan.actors.internal.process;

import io.capstan.actors.ExitReason;
import io.capstan.actors.process.Down;
import io.capstan.actors.process.MonitorRef;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.pekko.actor.InternalActorRef;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Extension;
import org.apache.pekko.actor.typed.ExtensionId;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.jspecify.annotations.Nullable;

/**
 * All processes of a system, and all monitors and links that start here or end here. Thread-safe; what concerns another
 * node is handed to the {@link Agent}.
 */
public final class ProcessTable implements Extension {
    private final ConcurrentHashMap<ActorRef<?>, Cell> cells = new ConcurrentHashMap<>();
    private final org.apache.pekko.actor.ActorRef watchman;
    private final LastWords lastWords = new LastWords();

    // Of two processes one lock, whoever comes first: or a link and an unlink that cross would leave half a link.
    private final Object[] pairs = new Object[64];
    private volatile @Nullable Others others;

    /** How other nodes are met: through {@code agent}, when {@code linked} says that a link to a Pekko address stands. */
    private record Others(ActorRef<Order> agent, Predicate<String> linked, Callees callees) {}

    private ProcessTable(ActorSystem<?> system) {
        Arrays.setAll(pairs, i -> new Object());
        this.watchman = Watchman.start(system, this);
    }

    public static ProcessTable get(ActorSystem<?> system) {
        return system.registerExtension(Id.INSTANCE);
    }

    /** From now on so many processes of another node can be watched, through {@code agent}. */
    void meet(ActorRef<Order> agent, Predicate<String> linked, int limit) {
        others = new Others(agent, linked, new Callees(this, agent::tell, limit));
    }

    /** Whether processes of other nodes can be watched at all. */
    public boolean meetsOthers() {
        return others != null;
    }

    /** Whether a link to the node of a remote process stands. */
    public boolean linked(ActorRef<?> process) {
        Others present = others;
        return present != null && present.linked().test(process.path().address().toString());
    }

    /** A process of this system starts: from now on it tells why it ends. */
    Cell claim(ActorRef<?> process) {
        Cell cell;
        do {
            // One that is being retired just now leaves the table in a moment.
            cell = cells.computeIfAbsent(process, fresh -> new Cell(fresh, true));
        } while (!cell.claim());
        return cell;
    }

    /** Why a process ended that was here a moment ago, if it told; null otherwise. */
    public @Nullable ExitReason lastWord(ActorRef<?> process) {
        return lastWords.of(process);
    }

    static boolean local(ActorRef<?> process) {
        return classic(process).isLocal();
    }

    private static InternalActorRef classic(ActorRef<?> process) {
        return (InternalActorRef) Adapter.toClassic(process);
    }

    // ---- Monitors

    /** As {@link io.capstan.actors.process.Processes#monitor} says. */
    public MonitorRef monitor(ActorRef<?> process, Consumer<Down> listener) {
        Monitor monitor = new Monitor(this, process, listener, false);
        stand(monitor);
        return monitor;
    }

    /**
     * Watches a process of this node for a call, if it is one that tells why it ends; {@code listener} as for
     * {@link #monitor}.
     *
     * @return null when it is no such process, or gone
     */
    public @Nullable MonitorRef monitorForCall(ActorRef<?> process, Consumer<Down> listener) {
        Cell cell = cells.get(process);
        if (cell == null || !cell.claimed()) {
            return null;
        }
        Monitor monitor = new Monitor(this, process, listener, false);
        return cell.add(monitor) == Cell.State.STANDING ? monitor : null;
    }

    /** Watches a remote process for a call: its end is told to {@code replyTo} behind its replies, by Artery. */
    public CallMonitor monitorForCall(ActorRef<?> process, ActorRef<?> replyTo, Consumer<Down> listener) {
        return others().callees().monitor(process, replyTo, listener);
    }

    /** Sets a monitor up, wherever its process is. */
    void stand(Monitor monitor) {
        if (!local(monitor.process())) {
            order(new Order.Watch(monitor));
            return;
        }
        while (true) {
            Cell.State state = cell(monitor.process()).add(monitor);
            if (state == Cell.State.STANDING) {
                return;
            }
            if (state == Cell.State.ENDED) {
                monitor.tell(ExitReason.NOPROC);
                return;
            }
        }
    }

    /** Takes a monitor down. */
    void remove(Monitor monitor) {
        if (monitor instanceof CallMonitor call) {
            others().callees().remove(call);
            return;
        }
        if (!local(monitor.process())) {
            order(new Order.Unwatch(monitor));
            return;
        }
        Cell cell = monitor.cell;
        if (cell != null && cell.remove(monitor)) {
            watchman.tell(new Watchman.Release(cell), org.apache.pekko.actor.ActorRef.noSender());
        }
    }

    /** The cell of whoever is local. One that is made here is of no process, or of one that has not started yet. */
    private Cell cell(ActorRef<?> process) {
        Cell known = cells.get(process);
        if (known != null) {
            return known;
        }
        // It may have told of its end a moment ago, and Pekko not know yet.
        if (lastWords.of(process) != null || gone(process)) {
            Cell ended = new Cell(process, false);
            ended.end(ExitReason.NOPROC);
            return ended;
        }
        Cell fresh = new Cell(process, false);
        Cell other = cells.putIfAbsent(process, fresh);
        if (other != null) {
            return other;
        }
        watchman.tell(new Watchman.Watch(fresh), org.apache.pekko.actor.ActorRef.noSender());
        return fresh;
    }

    /** What Pekko knows at this moment. A watch would know it later only, and of the dead letters themselves never. */
    @SuppressWarnings("deprecation")
    public static boolean gone(ActorRef<?> process) {
        return classic(process).isTerminated();
    }

    /** Nobody asks for {@code cell} any more; returns whether it is out of the table. */
    boolean retire(Cell cell) {
        return cell.retire() && cells.remove(cell.process(), cell);
    }

    /** A process is gone: whoever watches it or is linked to it is told. Returns why it ended. */
    ExitReason ended(Cell cell, ExitReason unlessKnown) {
        Cell.Ended ended = cell.end(unlessKnown);
        if (ended != null && cell.claimed()) {
            // Before it leaves the table: whoever looks in both in this order finds it in one.
            lastWords.add(cell.process(), ended.reason());
        }
        cells.remove(cell.process(), cell);
        if (ended != null) {
            ended.links().forEach(other -> signal(cell.process(), other, ended.reason(), true));
            ended.monitors().forEach(monitor -> monitor.tell(ended.reason()));
        }
        return cell.reason();
    }

    // ---- Links and signals

    /** As {@link io.capstan.actors.process.Self#link} says; {@code mine} is the caller's own cell. */
    void link(Cell mine, ActorRef<?> other) {
        if (other.equals(mine.process()) || mine.linked(other)) {
            return;
        }
        if (!local(other)) {
            Link link = mine.link(other).link();
            if (link != null) {
                order(new Order.Link(mine.process(), other, link));
            }
        } else if (!tie(mine, other)) {
            signal(other, mine.process(), ExitReason.NOPROC, true);
        }
    }

    /** Both ends of a local link; false when the other is not there. */
    private boolean tie(Cell mine, ActorRef<?> other) {
        synchronized (pair(mine.process(), other)) {
            // Our own end first: the other may be gone the moment it knows us.
            mine.link(other);
            return accept(mine.process(), other) != null;
        }
    }

    private Object pair(ActorRef<?> one, ActorRef<?> other) {
        return pairs[Math.floorMod(one.hashCode() ^ other.hashCode(), pairs.length)];
    }

    /** As {@link #link} to a process that the caller has just started: it may have ended by now, but it was there. */
    void linkChild(Cell mine, ActorRef<?> child) {
        if (!tie(mine, child)) {
            // In this order: an ended process leaves the table only after its last word is kept.
            Cell theirs = cells.get(child);
            ExitReason last = theirs == null ? lastWord(child) : theirs.reason();
            signal(child, mine.process(), last == null ? ExitReason.NOPROC : last, true);
        }
    }

    /** The local end of a link from anywhere; null when there is no such process. */
    @Nullable
    Link accept(ActorRef<?> from, ActorRef<?> to) {
        Cell.Made made;
        do {
            made = cell(to).link(from);
        } while (made.state() == Cell.State.RETIRED);
        return made.link();
    }

    /** As {@link io.capstan.actors.process.Self#unlink} says. */
    void unlink(Cell mine, ActorRef<?> other) {
        if (local(other)) {
            synchronized (pair(mine.process(), other)) {
                mine.unlink(other);
                Cell theirs = cells.get(other);
                if (theirs != null) {
                    theirs.unlink(mine.process());
                    release(theirs);
                }
            }
        } else {
            Link link = mine.unlink(other);
            if (link != null) {
                order(new Order.Unlink(mine.process(), other, link));
            }
        }
    }

    /** Forgets the local end of a link with a process of another node, unless it was made anew meanwhile. */
    void drop(ActorRef<?> from, ActorRef<?> to, Link link) {
        Cell cell = cells.get(to);
        if (cell != null) {
            cell.unlink(from, link);
            release(cell);
        }
    }

    /** Whether {@code end} is what {@code one}, a process of this node, has of a link to {@code other}. */
    boolean holds(ActorRef<?> one, ActorRef<?> other, Link end) {
        Cell cell = cells.get(one);
        return cell != null && cell.holds(other, end);
    }

    /** Whether {@code one}, a process of this node, has its end of a link to {@code other}. */
    boolean linked(ActorRef<?> one, ActorRef<?> other) {
        Cell cell = cells.get(one);
        return cell != null && cell.linked(other);
    }

    private void release(Cell cell) {
        if (cell.idle()) {
            watchman.tell(new Watchman.Release(cell), org.apache.pekko.actor.ActorRef.noSender());
        }
    }

    /** As {@link io.capstan.actors.process.Self#exit} says. */
    public void exit(ActorRef<?> from, ActorRef<?> to, ExitReason reason) {
        signal(from, to, reason, false);
    }

    /** An exit signal, to a process anywhere. */
    void signal(ActorRef<?> from, ActorRef<?> to, ExitReason reason, boolean byLink) {
        if (local(to)) {
            deliver(from, to, reason, byLink);
        } else {
            order(new Order.Signal(from, to, reason, byLink));
        }
    }

    /** An exit signal, to a process of this node. */
    void deliver(ActorRef<?> from, ActorRef<?> to, ExitReason reason, boolean byLink) {
        Cell cell = cells.get(to);
        if (cell == null) {
            // Somebody who is no process, or has not started yet: neither traps anything.
            if (!byLink && reason.kind() != ExitReason.Kind.NORMAL) {
                classic(to).stop();
            }
            return;
        }
        Cell.Effect effect = cell.signal(from, reason, byLink);
        if (effect.fate() == Cell.Fate.NOTHING && !cell.claimed()) {
            // Its link may have been all that anybody wanted of it.
            watchman.tell(new Watchman.Release(cell), org.apache.pekko.actor.ActorRef.noSender());
        } else if (effect.fate() == Cell.Fate.STOP) {
            classic(to).stop();
        } else if (effect.letter() != null) {
            to.unsafeUpcast().tell(effect.letter());
        }
    }

    private void order(Order order) {
        others().agent().tell(order);
    }

    private Others others() {
        Others present = others;
        if (present == null) {
            throw new IllegalStateException(
                    "processes of other nodes are watched and linked between nodes: this system has none, see Node.get");
        }
        return present;
    }

    private static final class Id extends ExtensionId<ProcessTable> {
        private static final Id INSTANCE = new Id();

        @Override
        public ProcessTable createExtension(ActorSystem<?> system) {
            return new ProcessTable(system);
        }
    }
}

package io.capstan.actors.internal.process;

import io.capstan.actors.ExitReason;
import io.capstan.actors.process.Exit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one process of this node: who watches it, whom it is linked to, why it ends. Of an actor that is no
 * process there is one for as long as somebody watches it.
 *
 * <p>Thread-safe; its lock is held for some instructions, and nobody is called meanwhile.
 */
final class Cell {
    /** How long it is good for. */
    enum State {
        STANDING,
        /** The process is gone. */
        ENDED,
        /** Nobody was interested any more: ask the table for a new one. */
        RETIRED
    }

    /** What an exit signal does. */
    enum Fate {
        NOTHING,
        STOP,
        LETTER
    }

    private final ActorRef<?> process;
    private State state = State.STANDING;
    private boolean claimed;
    private @Nullable Monitor first;
    private @Nullable Monitor last;
    private @Nullable Map<ActorRef<?>, Link> links;
    private @Nullable Function<Exit, ?> trap;
    private @Nullable ExitReason reason;
    private boolean doomed;
    private @Nullable RunningProcess<?> reader;

    /** @param claimed whether the process itself will tell why it ends */
    Cell(ActorRef<?> process, boolean claimed) {
        this.process = process;
        this.claimed = claimed;
    }

    ActorRef<?> process() {
        return process;
    }

    /** The process has started, and tells why it ends. Returns false when nobody will look here any more. */
    synchronized boolean claim() {
        claimed = state == State.STANDING;
        return claimed;
    }

    synchronized boolean standing() {
        return state == State.STANDING;
    }

    /** Of processes around processes the latest, which is the innermost, reads what comes. */
    synchronized void readBy(RunningProcess<?> latest) {
        reader = latest;
    }

    synchronized boolean isReadBy(RunningProcess<?> one) {
        return reader == one;
    }

    /** Whether the process itself will tell why it ends. */
    synchronized boolean claimed() {
        return claimed;
    }

    synchronized State add(Monitor monitor) {
        if (state == State.STANDING) {
            monitor.cell = this;
            monitor.before = last;
            if (last == null) {
                first = monitor;
            } else {
                last.after = monitor;
            }
            last = monitor;
        }
        return state;
    }

    /** Returns whether nobody is interested any more. */
    synchronized boolean remove(Monitor monitor) {
        if (state != State.STANDING || monitor.cell != this) {
            return false;
        }
        Monitor before = monitor.before;
        Monitor after = monitor.after;
        if (before == null) {
            first = after;
        } else {
            before.after = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.before = before;
        }
        monitor.before = null;
        monitor.after = null;
        monitor.cell = null;
        return idle();
    }

    /** A link that was made, unless the process is gone. */
    record Made(State state, @Nullable Link link) {}

    /** Links to {@code other}; an old link stays as it is. */
    synchronized Made link(ActorRef<?> other) {
        if (state != State.STANDING) {
            return new Made(state, null);
        }
        if (links == null) {
            links = new HashMap<>();
        }
        Link link = links.computeIfAbsent(other, fresh -> new Link());
        link.stands();
        return new Made(state, link);
    }

    synchronized boolean linked(ActorRef<?> other) {
        Link link = links == null ? null : links.get(other);
        return link != null && link.standing();
    }

    synchronized boolean holds(ActorRef<?> other, Link end) {
        return links != null && links.get(other) == end && end.standing();
    }

    /** Ends the link to {@code other} and drops its letters; returns it, or null when there is none. */
    synchronized @Nullable Link unlink(ActorRef<?> other) {
        Link link = links == null ? null : links.remove(other);
        if (link != null) {
            link.end();
        }
        return link;
    }

    /** The same of this very link: one that the process has made since stays. */
    synchronized void unlink(ActorRef<?> other, Link link) {
        if (links != null && links.remove(other, link)) {
            link.end();
        }
    }

    /** Whether nobody is interested in it. */
    synchronized boolean idle() {
        return !claimed && first == null && (links == null || links.isEmpty());
    }

    /** Gives up what nobody is interested in; returns whether it did. */
    synchronized boolean retire() {
        if (state != State.STANDING || !idle()) {
            return false;
        }
        state = State.RETIRED;
        return true;
    }

    synchronized void trap(Function<Exit, ?> message) {
        trap = message;
    }

    /** The first reason counts: whoever was told to go and then stumbles went because it was told to. */
    synchronized void becauseOf(ExitReason why) {
        if (reason == null) {
            reason = why;
        }
    }

    /** Pekko restarted it in its place, or let it go on: what it stumbled over is over. Whoever was told to end ends. */
    synchronized void goesOn() {
        if (state == State.STANDING && !doomed) {
            reason = null;
        }
    }

    /** What a signal does, and the letter it makes, if any. */
    record Effect(Fate fate, @Nullable Letter letter) {
        private static final Effect NOTHING = new Effect(Fate.NOTHING, null);
    }

    /**
     * An exit signal comes in.
     *
     * @param byLink whether the link to its sender carries it: without that link it is nothing
     */
    synchronized Effect signal(ActorRef<?> from, ExitReason why, boolean byLink) {
        Link link = byLink && links != null ? links.get(from) : null;
        if (state != State.STANDING || (byLink && (link == null || !link.standing()))) {
            return Effect.NOTHING;
        }
        boolean kill = !byLink && why.kind() == ExitReason.Kind.KILLED;
        if (trap != null && !kill) {
            if (link != null) {
                link.signalled();
            }
            return new Effect(Fate.LETTER, new Letter.OfExit(this, link, new Exit(from, why), trap));
        }
        if (links != null && byLink) {
            links.remove(from);
        }
        boolean byItself = !byLink && from.equals(process);
        if (why.kind() == ExitReason.Kind.NORMAL && !byItself) {
            return Effect.NOTHING;
        }
        if (reason == null) {
            reason = why;
        }
        doomed = true;
        return new Effect(Fate.STOP, null);
    }

    /** Whether the signal of {@code link} that {@code from} sent is still of interest, now that its turn has come. */
    synchronized boolean hears(ActorRef<?> from, Link link) {
        boolean ended = link.heard();
        if (link.over() && links != null) {
            links.remove(from, link);
        }
        return !ended;
    }

    /** Why it ended; {@code STOPPED} as long as nobody knows. */
    synchronized ExitReason reason() {
        return reason == null ? ExitReason.STOPPED : reason;
    }

    /** Everybody who is to be told of an end. */
    record Ended(ExitReason reason, List<Monitor> monitors, List<ActorRef<?>> links) {}

    /** The process is gone; null when that was known. */
    synchronized @Nullable Ended end(ExitReason unlessKnown) {
        if (state != State.STANDING) {
            return null;
        }
        state = State.ENDED;
        if (reason == null) {
            reason = unlessKnown;
        }
        List<Monitor> monitors = new ArrayList<>();
        for (Monitor next = first; next != null; next = next.after) {
            monitors.add(next);
        }
        List<ActorRef<?>> linked = new ArrayList<>();
        if (links != null) {
            links.forEach((other, link) -> {
                if (link.standing()) {
                    linked.add(other);
                }
            });
        }
        first = null;
        last = null;
        links = null;
        return new Ended(reason, monitors, linked);
    }
}

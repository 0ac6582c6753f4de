package io.capstan.registry.core.owner;

import io.capstan.actors.NodeId;
import io.capstan.raft.lock.FencingToken;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One node's session with the group of the consistent names, and what its processes own by it: inputs in, ordered effects
 * out; what time it is is an argument. Deterministic. Not thread-safe.
 *
 * <p>The group lets a session's names go when it has not been renewed for its time to live; this node stops believing in
 * them earlier: that time after it <em>sent</em> the last renewal that was confirmed, by the monotonic or the wall clock,
 * whichever says that more has passed (the one stands still while a machine is suspended, the other may be set back).
 *
 * @param <P> processes: with equals and hashCode
 */
public final class Tenure<P> {
    /** What one process owns. */
    public record Held<P>(String name, long session, long claim, FencingToken epoch, P process) {}

    /** What time it is, by both clocks, in milliseconds. */
    public record Moment(long monotonic, long wall) {}

    /** What is asked of the shell, to be done in order. */
    public sealed interface Effect<P> {
        /**
         * Have the group execute this within {@code within} milliseconds, and tell {@link Tenure#answered}. It may be
         * done twice: a session opened twice ends by itself, and all else names what it ends.
         */
        record Propose<P>(OwnerCommand command, long within) implements Effect<P> {}

        /** It was lost with the session: tell or stop its process. */
        record Lost<P>(Held<P> held) implements Effect<P> {}

        /** Whoever waits for a session has this one. */
        record Opened<P>(long session) implements Effect<P> {}

        /** Whoever waits for a session gets none for now. */
        record NotOpened<P>(String why) implements Effect<P> {}
    }

    private static final long AGAIN_MILLIS = 100;

    private final NodeId self;
    private final long ttl;
    private final Map<String, Held<P>> held = new LinkedHashMap<>();
    private final Map<P, Set<String>> names = new HashMap<>();

    /** Claims to be ended that the group has not heard of, and when to say it again. */
    private final Map<OwnerCommand.Release, Long> unheard = new LinkedHashMap<>();

    private List<Effect<P>> effects = new ArrayList<>();
    private long session;
    private Moment confirmed = new Moment(0, 0);
    private long renewAt;
    private long claims;
    private boolean opening;
    private boolean renewing;
    private boolean closed;

    /** Without a session yet; {@code ttlMillis} is what one lives without a sign of life. */
    public Tenure(NodeId self, long ttlMillis) {
        this.self = self;
        this.ttl = ttlMillis;
    }

    /** Returns what is to be done since the last call, in order. */
    public List<Effect<P>> drain() {
        List<Effect<P>> drained = effects;
        effects = new ArrayList<>();
        return drained;
    }

    /** Somebody needs a session: he has it with the next {@link Effect.Opened}, which may be here at once. */
    public void open(Moment now) {
        if (session != 0 && !confirmed(now)) {
            lose(session);
        }
        if (session != 0) {
            effects.add(new Effect.Opened<>(session));
        } else if (closed) {
            effects.add(new Effect.NotOpened<>("this node is stopping"));
        } else if (!opening) {
            opening = true;
            effects.add(new Effect.Propose<>(new OwnerCommand.Open(self, ttl), ttl / 2));
        }
    }

    /**
     * The group has answered, or not in time.
     *
     * @param reply null: nobody knows what has become of the command
     * @param sent when it was proposed
     */
    public void answered(OwnerCommand command, @Nullable OwnerReply reply, Moment sent, Moment now) {
        if (command instanceof OwnerCommand.Open) {
            opened(reply, sent);
        } else if (command instanceof OwnerCommand.KeepAlive keepAlive) {
            renewed(keepAlive.session(), reply, sent);
        } else if (command instanceof OwnerCommand.Release release && reply == null && session == release.session()) {
            unheard.put(release, now.monotonic() + AGAIN_MILLIS);
        }
    }

    private void opened(@Nullable OwnerReply reply, Moment sent) {
        opening = false;
        if (closed || !(reply instanceof OwnerReply.Opened opened)) {
            effects.add(new Effect.NotOpened<>(reply == null ? "the group did not answer" : "no session: " + reply));
            return;
        }
        session = opened.session();
        renewing = false;
        confirmed = sent;
        renewAt = sent.monotonic() + ttl / 3;
        effects.add(new Effect.Opened<>(session));
    }

    private void renewed(long of, @Nullable OwnerReply reply, Moment sent) {
        if (session != of) {
            return;
        }
        renewing = false;
        if (reply instanceof OwnerReply.Done) {
            confirmed = sent;
        } else if (reply instanceof OwnerReply.NoSession) {
            lose(of);
        }
    }

    /** A claim's number. */
    public long nextClaim() {
        return ++claims;
    }

    /** A claim was granted. False when its session is lost by now, and the name with it. */
    public boolean granted(Held<P> granted, Moment now) {
        if (session != granted.session() || !confirmed(now)) {
            return false;
        }
        Held<P> other = held.get(granted.name());
        // Answers to two claims of one name may come in either order.
        if (other == null || granted.epoch().compareTo(other.epoch()) > 0) {
            forget(granted.name());
            held.put(granted.name(), granted);
            names.computeIfAbsent(granted.process(), absent -> new LinkedHashSet<>())
                    .add(granted.name());
        }
        return true;
    }

    /** Whether this process owns the name in this epoch, as far as the clocks of this node can tell. */
    public boolean holds(String name, FencingToken epoch, P process, Moment now) {
        Held<P> own = held.get(name);
        return own != null && own.epoch().equals(epoch) && own.process().equals(process) && confirmed(now);
    }

    private boolean confirmed(Moment now) {
        return now.monotonic() - confirmed.monotonic() < ttl && now.wall() - confirmed.wall() < ttl;
    }

    /** From {@code index} of the log on the name's owner is this one; null: nobody. */
    public void changed(String name, long index, @Nullable OwnerEntry owner) {
        Held<P> own = held.get(name);
        boolean over = own != null
                && index > own.epoch().index()
                && (owner == null || !owner.epoch().equals(own.epoch()));
        if (over) {
            forget(name);
        }
    }

    /** Up to {@code index} these are the owners of all names. */
    public void check(long index, Map<String, OwnerEntry> owners) {
        List.copyOf(held.keySet()).forEach(name -> changed(name, index, owners.get(name)));
    }

    private @Nullable Held<P> forget(String name) {
        Held<P> own = held.remove(name);
        if (own != null) {
            names.computeIfPresent(own.process(), (process, of) -> of.remove(name) && of.isEmpty() ? null : of);
        }
        return own;
    }

    /** Its process has stopped. */
    public void stopped(P process) {
        for (String name : List.copyOf(names.getOrDefault(process, Set.of()))) {
            Held<P> own = forget(name);
            if (own != null) {
                release(own.session(), own.claim(), name);
            }
        }
    }

    /** Ends a claim whatever has become of it, again and again until the group has heard, or the session is lost. */
    public void release(long of, long claim, String name) {
        effects.add(new Effect.Propose<>(new OwnerCommand.Release(of, claim, name), ttl));
    }

    /** To be called often: renews in time, or finds that it is too late. */
    public void tick(Moment now) {
        for (OwnerCommand.Release release : List.copyOf(unheard.keySet())) {
            if (now.monotonic() >= unheard.getOrDefault(release, 0L)) {
                unheard.remove(release);
                release(release.session(), release.claim(), release.name());
            }
        }
        if (session == 0) {
            return;
        }
        if (!confirmed(now)) {
            lose(session);
        } else if (!renewing && now.monotonic() >= renewAt) {
            renewing = true;
            renewAt = now.monotonic() + ttl / 3;
            effects.add(new Effect.Propose<>(new OwnerCommand.KeepAlive(session), ttl / 2));
        }
    }

    private void lose(long of) {
        if (session == of) {
            session = 0;
            held.values().forEach(own -> effects.add(new Effect.Lost<>(own)));
            clear();
        }
    }

    private void clear() {
        held.clear();
        names.clear();
        unheard.clear();
    }

    /** Gives up everything, without waiting for the group: unheard, the session ends by its time to live. */
    public void close() {
        long of = session;
        closed = true;
        session = 0;
        clear();
        if (of != 0) {
            effects.add(new Effect.Propose<>(new OwnerCommand.Close(of), ttl));
        }
    }
}

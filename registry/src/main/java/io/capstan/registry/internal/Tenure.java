package io.capstan.registry.internal;

import io.capstan.actors.NodeId;
import io.capstan.raft.RaftGroup;
import io.capstan.raft.Within;
import io.capstan.raft.lock.FencingToken;
import io.capstan.registry.core.owner.OwnerCommand;
import io.capstan.registry.core.owner.OwnerEntry;
import io.capstan.registry.core.owner.OwnerReply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * This node's session with the group of the consistent names, and what its processes own by it.
 *
 * <p>The group lets a session's names go when it has not been renewed for its time to live; this node stops believing in
 * them earlier: that time after it <em>sent</em> the last renewal that was confirmed, by the monotonic or the wall clock,
 * whichever says that more has passed (the one stands still while a machine is suspended, the other may be set back).
 * Thread-safe.
 */
final class Tenure {
    /**
     * What one process owns.
     *
     * @param lost called when it is lost with the session
     */
    record Held(String name, long session, long claim, FencingToken epoch, ActorRef<Object> process, Runnable lost) {}

    private static final long AGAIN_MILLIS = 100;

    private final RaftGroup group;
    private final NodeId self;
    private final Duration ttl;
    private final Executor users;
    private final Map<String, Held> held = new ConcurrentHashMap<>();
    private @Nullable CompletableFuture<Long> opening;
    private volatile long session;
    private volatile long confirmedNanos;
    private volatile long confirmedMillis;
    private long claims;
    private boolean renewing;
    private long renewAtNanos;
    private boolean closed;

    /**
     * Without a session yet.
     *
     * @param users runs what is called when a name is lost
     */
    Tenure(RaftGroup group, NodeId self, Duration ttl, Executor users) {
        this.group = group;
        this.self = self;
        this.ttl = ttl;
        this.users = users;
    }

    /** The session, opened if there is none. Several who come at once share one attempt. */
    CompletionStage<Long> open() {
        long former = session;
        if (former != 0 && !isConfirmed()) {
            lose(former);
        }
        return opening();
    }

    private synchronized CompletionStage<Long> opening() {
        if (session != 0 && isConfirmed()) {
            return CompletableFuture.completedStage(session);
        }
        CompletableFuture<Long> attempt = opening;
        if (attempt == null) {
            attempt = new CompletableFuture<>();
            opening = attempt;
            CompletableFuture<Long> begun = attempt;
            long nanos = System.nanoTime();
            long millis = System.currentTimeMillis();
            write(new OwnerCommand.Open(self, ttl.toMillis()), ttl.dividedBy(2))
                    .whenComplete((reply, failure) -> opened(begun, reply, failure, nanos, millis));
        }
        return attempt;
    }

    private void opened(
            CompletableFuture<Long> attempt,
            @Nullable OwnerReply reply,
            @Nullable Throwable failure,
            long nanos,
            long millis) {
        synchronized (this) {
            opening = null;
            if (reply instanceof OwnerReply.Opened opened && !closed) {
                session = opened.session();
                renewing = false;
                confirmedNanos = nanos;
                confirmedMillis = millis;
                renewAtNanos = nanos + ttl.toNanos() / 3;
            }
        }
        if (reply instanceof OwnerReply.Opened opened) {
            attempt.complete(opened.session());
        } else {
            attempt.completeExceptionally(
                    failure != null ? failure : new IllegalStateException("no session: " + reply));
        }
    }

    /** A claim's number. */
    synchronized long nextClaim() {
        return ++claims;
    }

    /** A claim was granted. False when its session is lost by now, and the name with it. */
    synchronized boolean took(Held granted) {
        if (session != granted.session() || !isConfirmed()) {
            return false;
        }
        // Answers to two claims of one name may come in either order.
        held.merge(granted.name(), granted, (one, other) -> one.epoch().compareTo(other.epoch()) > 0 ? one : other);
        return true;
    }

    /** Whether this process owns the name in this epoch, as far as the clocks of this node can tell. */
    boolean holds(String name, FencingToken epoch, ActorRef<?> process) {
        Held own = held.get(name);
        return own != null && own.epoch().equals(epoch) && own.process().equals(process) && isConfirmed();
    }

    private boolean isConfirmed() {
        return (System.nanoTime() - confirmedNanos) / 1_000_000 < ttl.toMillis()
                && System.currentTimeMillis() - confirmedMillis < ttl.toMillis();
    }

    /** From {@code index} of the log on the name's owner is this one; null: nobody. */
    void changed(String name, long index, @Nullable OwnerEntry owner) {
        held.computeIfPresent(name, (key, own) -> {
            boolean still = index <= own.epoch().index()
                    || (owner != null && owner.epoch().equals(own.epoch()));
            return still ? own : null;
        });
    }

    /** Up to {@code index} these are the owners of all names. */
    void check(long index, Map<String, OwnerEntry> owners) {
        held.keySet().forEach(name -> changed(name, index, owners.get(name)));
    }

    /** Its process has stopped. */
    void stopped(ActorRef<Object> process) {
        for (Held own : List.copyOf(held.values())) {
            if (own.process().equals(process) && held.remove(own.name(), own)) {
                release(own.session(), own.claim(), own.name());
            }
        }
    }

    /** Ends a claim whatever has become of it, again and again until the group has heard, or the session is lost. */
    void release(long of, long claim, String name) {
        write(new OwnerCommand.Release(of, claim, name), ttl).whenComplete((reply, failure) -> {
            if (failure != null && session == of) {
                CompletableFuture.delayedExecutor(AGAIN_MILLIS, TimeUnit.MILLISECONDS)
                        .execute(() -> release(of, claim, name));
            }
        });
    }

    /** To be called often: renews in time, or finds that it is too late. */
    void tick() {
        long of;
        boolean confirmed;
        synchronized (this) {
            of = session;
            confirmed = isConfirmed(); // Asked once: between two answers it may end.
            long now = System.nanoTime();
            if (of == 0 || (confirmed && (renewing || now - renewAtNanos < 0))) {
                return;
            }
            renewing = confirmed;
            renewAtNanos = now + ttl.toNanos() / 3;
        }
        if (confirmed) {
            renew(of);
        } else {
            lose(of);
        }
    }

    private void renew(long of) {
        long nanos = System.nanoTime();
        long millis = System.currentTimeMillis();
        write(new OwnerCommand.KeepAlive(of), ttl.dividedBy(2)).whenComplete((reply, failure) -> {
            synchronized (this) {
                renewing &= session != of;
                if (session == of && reply instanceof OwnerReply.Done) {
                    confirmedNanos = nanos;
                    confirmedMillis = millis;
                }
            }
            if (reply instanceof OwnerReply.NoSession) {
                lose(of);
            }
        });
    }

    private void lose(long of) {
        List<Held> lost;
        synchronized (this) {
            if (session != of) {
                return;
            }
            session = 0;
            lost = List.copyOf(held.values());
            held.clear();
        }
        // Elsewhere, each for itself: they run users' code, and one that throws or blocks must not keep the others.
        lost.forEach(own -> users.execute(own.lost()));
    }

    /** Gives up everything, without waiting for the group: unheard, the session ends by its time to live. */
    void close() {
        long of;
        synchronized (this) {
            closed = true;
            of = session;
            session = 0;
            held.clear();
        }
        if (of != 0) {
            write(new OwnerCommand.Close(of), ttl).whenComplete((reply, failure) -> {});
        }
    }

    private CompletionStage<OwnerReply> write(OwnerCommand command, Duration within) {
        // All of these may be done twice: a session opened twice ends by itself, and all else names what it ends.
        return group.write(command, OwnerReply.class, Within.within(within).repeatable());
    }
}

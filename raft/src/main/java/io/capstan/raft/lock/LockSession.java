package io.capstan.raft.lock;

import io.capstan.raft.Within;
import io.capstan.raft.lock.core.LockCommand;
import io.capstan.raft.lock.core.LockReply;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whoever holds locks: they live and die together. Kept alive by its node until it is closed or lost. Thread-safe;
 * stages and the lost-callback run on Pekko's threads.
 *
 * <p>Kept alive by its <em>node</em>: what becomes of the code that opened it makes no difference. A thread that hangs under
 * a lock keeps it until its process ends, or the session is closed; what an actor holds is freed with it if the session is
 * the actor's, {@link Locks#session(Ttl, org.apache.pekko.actor.typed.ActorRef, Consumer)}.
 *
 * <p>Two acquisitions of one lock exclude each other also within one session.
 */
public final class LockSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LockSession.class);
    private static final Duration AGAIN = Duration.ofMillis(100);

    private final LockGroup group;
    private final Ttl ttl;
    private final Consumer<LostCause> onLost;

    private final Opening opening;
    private @Nullable LostCause lost;
    private long lastRequest;
    private Runnable afterwards = () -> {};
    // When the last confirmed renewal was sent: from then on, at the earliest, its time to live runs at the group.
    private HolderClock.Reading confirmed;
    /** Requests of which nobody can say yet that the group has executed them, or never will. */
    private final TreeSet<Long> undecided = new TreeSet<>();
    /** Requests that are not over, and what tells that they are. */
    private final Map<Long, CompletableFuture<Void>> current = new HashMap<>();

    private final Map<Long, Attempt<?>> waiting = new HashMap<>();
    private final Map<Long, HeldLock> held = new HashMap<>();

    LockSession(LockGroup group, String owner, Ttl ttl, Consumer<LostCause> onLost) {
        this.group = group;
        this.ttl = ttl;
        this.onLost = onLost;
        confirmed = group.clock().read();
        opening = new Opening(this, owner);
    }

    /**
     * Acquires the lock, waiting for it behind whoever came before.
     *
     * @param name 1 to 200 bytes of UTF-8; need not exist
     * @return the lock; or a {@link LockFailure} at the deadline at the latest, and then the caller does not hold it and
     *     waits for it no longer
     */
    public CompletionStage<HeldLock> acquire(String name, Within within) {
        return begin(LockRequest.exclusive(name), within, true);
    }

    /** As {@link #acquire(String, Within)}, for whatever can be asked for. */
    public CompletionStage<HeldLock> acquire(LockRequest wanted, Within within) {
        return begin(wanted, within, true);
    }

    /** As {@link #acquire(String, Within)}, but refused at once when somebody holds the lock. */
    public CompletionStage<HeldLock> tryAcquire(String name, Within within) {
        return begin(LockRequest.exclusive(name), within, false);
    }

    /** As {@link #tryAcquire(String, Within)}, for whatever can be asked for. */
    public CompletionStage<HeldLock> tryAcquire(LockRequest wanted, Within within) {
        return begin(wanted, within, false);
    }

    private CompletionStage<HeldLock> begin(LockRequest wanted, Within within, boolean wait) {
        long deadlineNanos = Attempt.deadlineNanos(within);
        return begin(deadlineNanos, request -> new Acquisition(this, request, wanted, wait, deadlineNanos));
    }

    private <T> CompletionStage<T> begin(long deadlineNanos, LongFunction<Attempt<T>> make) {
        Attempt<T> attempt;
        synchronized (this) {
            if (lost != null) {
                return CompletableFuture.failedStage(lostFailure());
            }
            long request = ++lastRequest;
            attempt = make.apply(request);
            undecided.add(request);
            current.put(request, new CompletableFuture<>());
            waiting.put(request, attempt);
        }
        opening.open(deadlineNanos).whenComplete((opened, failure) -> {
            if (failure != null) {
                attempt.refuse(Attempt.kind(failure), Attempt.message(failure));
            } else {
                attempt.start(opened, settled());
            }
        });
        return attempt.outcome();
    }

    /** Latches and barriers, through this session. */
    public Gates gates() {
        return new Gates(this);
    }

    CompletionStage<Done> pass(String what, Within within, GateWait.Command command) {
        long deadlineNanos = Attempt.deadlineNanos(within);
        return begin(deadlineNanos, request -> new GateWait(this, request, what, command, deadlineNanos));
    }

    CompletionStage<HeldLock> await(HeldLock lock, LockRequest wanted, String condition, Duration wait, Within within) {
        synchronized (this) {
            held.remove(lock.request());
        }
        long deadlineNanos = Attempt.deadlineNanos(within);
        return begin(
                deadlineNanos,
                request -> new ConditionWait(this, request, wanted, lock.request(), condition, wait, deadlineNanos));
    }

    LockGroup group() {
        return group;
    }

    /** The group has executed the request, and it left nothing to hold. */
    synchronized void finished(long request) {
        waiting.remove(request);
        over(request);
    }

    synchronized void executed(long request) {
        undecided.remove(request);
    }

    private synchronized long settled() {
        return undecided.isEmpty() ? lastRequest + 1 : undecided.first();
    }

    /** What others see beside the holder of that grant, for as long as it holds. */
    CompletionStage<Boolean> proclaim(HeldLock held, String first, String note) {
        LockCommand proclaim = new LockCommand.Proclaim(id(), held.request(), note);
        return group.write(new LockCommand.RunIfHeld(first, held.token(), proclaim), ttl.duration())
                .thenApply(LockReply.Done.class::isInstance);
    }

    /** Once, when the session is lost or closed; at once if it is. */
    void whenOver(Runnable action) {
        synchronized (this) {
            if (lost == null) {
                afterwards = action;
                return;
            }
        }
        action.run();
    }

    /** Whether the grant of a request still finds its session alive. */
    synchronized boolean granted(HeldLock lock) {
        long request = lock.request();
        waiting.remove(request);
        if (lost != null || !isRenewed() || !current.containsKey(request)) {
            return false;
        }
        undecided.remove(request);
        held.put(request, lock);
        return true;
    }

    synchronized boolean holds(long request) {
        return held.containsKey(request) && lost == null && isRenewed();
    }

    /** How many locks it holds. */
    synchronized int holding() {
        return held.size();
    }

    /** How many locks and gates it waits for. */
    synchronized int waiting() {
        return waiting.size();
    }

    synchronized Duration validFor(long request) {
        return held.containsKey(request) && lost == null
                ? group.clock().left(group.sure(ttl.duration()), confirmed)
                : Duration.ZERO;
    }

    /** By our clocks, which may run slower than the group's by the drift. */
    private boolean isRenewed() {
        return group.clock().isWithin(group.sure(ttl.duration()), confirmed);
    }

    /**
     * Whether a majority has confirmed the session within its time to live: who waits in it does wait. Not before its first
     * acquisition has opened it.
     */
    public synchronized boolean isConfirmed() {
        return lost == null && opening.id() != 0 && isRenewed();
    }

    /** Ends a request whatever has become of it, again and again until the group has heard. */
    CompletionStage<Void> release(long request) {
        CompletableFuture<Void> done;
        long session;
        synchronized (this) {
            waiting.remove(request);
            held.remove(request);
            done = current.get(request);
            session = opening.id();
            if (done == null) {
                return CompletableFuture.completedStage(null);
            }
            if (lost != null || session == 0) {
                over(request);
            }
        }
        if (session == 0 || lostCause() != null) {
            done.complete(null);
        } else {
            tellUntilHeard(new LockCommand.Release(session, request), done);
        }
        return done;
    }

    private void tellUntilHeard(LockCommand.Release release, CompletableFuture<Void> done) {
        group.write(release, ttl.duration()).whenComplete((reply, failure) -> {
            if (failure != null && lostCause() == null) {
                group.later(AGAIN, () -> tellUntilHeard(release, done));
                return;
            }
            if (reply instanceof LockReply.NoSession) {
                lose(LostCause.EXPIRED); // All else that it held is gone too: sooner known than by a renewal.
            }
            over(release.request());
            done.complete(null);
        });
    }

    private synchronized void over(long request) {
        undecided.remove(request);
        current.remove(request);
    }

    /** Why it is over, if it is. */
    public Optional<LostCause> lost() {
        return Optional.ofNullable(lostCause());
    }

    private synchronized @Nullable LostCause lostCause() {
        return lost;
    }

    synchronized LockFailure lostFailure() {
        return new LockFailure(LockFailure.Kind.SESSION_LOST, "the lock session is lost (" + lost + "): open another");
    }

    /**
     * The lock as {@link java.util.concurrent.locks.Lock}, for threads that may wait: each thread is a holder of its own,
     * enters again what it holds, and must leave it as often.
     *
     * <p>{@code unlock} waits until the lock is free, and throws {@link IllegalMonitorStateException} when it was lost
     * before: whatever ran under it since may have run beside another holder. So does {@code lock} within what was lost.
     * All that wait throw {@link LockFailure} when the group cannot answer; {@code lock} waits for it as long as the session
     * lives. An actor must not wait: on a thread of a dispatcher every method but {@code unlock} throws {@link
     * IllegalStateException}. There are no conditions.
     *
     * @param name 1 to 200 bytes of UTF-8
     */
    public Lock blocking(String name) {
        return new BlockingLock(this, LockRequest.exclusive(name));
    }

    /** The id to renew; 0 when there is nothing to renew. */
    synchronized long id() {
        return lost == null ? opening.id() : 0;
    }

    Ttl ttl() {
        return ttl;
    }

    /** The group has renewed it, on a request sent then. */
    synchronized void renewed(HolderClock.Reading sent) {
        confirmed = sent;
    }

    /** An operator took away what the request held; told until it is released. */
    void revoked(long request) {
        HeldLock taken;
        synchronized (this) {
            taken = held.remove(request);
        }
        if (taken != null) {
            LOG.warn("lock {} was taken from this node by an operator: its grant was {}", taken.name(), taken.token());
            group.run(() -> taken.lose(LostCause.REVOKED));
            taken.release();
        }
    }

    /** Loses the session when no renewal was confirmed in time. Returns whether it is still to be kept alive. */
    boolean check() {
        synchronized (this) {
            if (lost != null) {
                return false;
            }
            if (opening.id() == 0 || isRenewed()) {
                return true;
            }
        }
        lose(LostCause.UNCONFIRMED);
        return false;
    }

    /** The end, once; tells whoever waits and the callback. Returns whether this was it. */
    boolean lose(LostCause cause) {
        List<Attempt<?>> refused;
        List<HeldLock> taken;
        synchronized (this) {
            if (lost != null) {
                return false;
            }
            lost = cause;
            refused = List.copyOf(waiting.values());
            waiting.clear();
            taken = List.copyOf(held.values());
            held.clear();
        }
        opening.end();
        refused.forEach(attempt -> attempt.refuse(
                LockFailure.Kind.SESSION_LOST, "the lock session is lost (" + cause + "): open another"));
        afterwards.run();
        taken.forEach(lock -> group.run(() -> lock.lose(cause)));
        if (cause != LostCause.CLOSED) {
            group.run(() -> onLost.accept(cause));
        }
        return true;
    }

    /** Gives up the session and every lock it holds; the callback is not called. Idempotent, does not wait. */
    @Override
    public void close() {
        end();
    }

    /** As {@link #close}; done when the group has heard of it, at once when there is nothing to tell, or fails. */
    CompletionStage<?> end() {
        return lose(LostCause.CLOSED) && opening.id() != 0
                ? opening.close(opening.id())
                : CompletableFuture.completedStage(null);
    }
}

package io.capstan.raft.lock;

import io.capstan.raft.Within;
import io.capstan.raft.lock.core.LockCommand;
import io.capstan.raft.lock.core.LockReply;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Whoever holds locks: they live and die together. Kept alive by its node until it is closed or lost. Thread-safe;
 * stages and the lost-callback run on Pekko's threads.
 *
 * <p>Two acquisitions of one lock exclude each other also within one session.
 */
public final class LockSession implements AutoCloseable {
    private static final Duration AGAIN = Duration.ofMillis(100);

    private final LockGroup group;
    private final String owner;
    private final Ttl ttl;
    private final Consumer<LostCause> onLost;

    private long id;
    private @Nullable CompletableFuture<Long> opening;
    private @Nullable LostCause lost;
    private long lastRequest;
    // When the last confirmed renewal was sent: by then, at the latest, its time to live begins to run at the group.
    private long confirmedNanos;
    private long confirmedMillis;
    private final TreeMap<Long, CompletableFuture<Void>> unsettled = new TreeMap<>();
    private final Map<Long, Acquisition> waiting = new HashMap<>();
    private final Map<Long, HeldLock> held = new HashMap<>();

    LockSession(LockGroup group, String owner, Ttl ttl, Consumer<LostCause> onLost) {
        this.group = group;
        this.owner = owner;
        this.ttl = ttl;
        this.onLost = onLost;
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
        long deadlineNanos = System.nanoTime() + within.duration().toNanos();
        Acquisition acquisition;
        synchronized (this) {
            if (lost != null) {
                return CompletableFuture.failedStage(lostFailure());
            }
            long request = ++lastRequest;
            acquisition = new Acquisition(group, this, request, wanted, wait, deadlineNanos);
            unsettled.put(request, new CompletableFuture<>());
            waiting.put(request, acquisition);
        }
        open(deadlineNanos).whenComplete((opened, failure) -> {
            if (failure != null) {
                acquisition.refuse(
                        LockFailure.Kind.NO_MAJORITY,
                        "lock " + wanted.names() + " was not granted: " + Acquisition.message(failure));
            } else {
                acquisition.start(opened, settled());
            }
        });
        return acquisition.outcome();
    }

    private synchronized long settled() {
        return unsettled.isEmpty() ? lastRequest + 1 : unsettled.firstKey();
    }

    /** Opens the session at the group; several who come at once share one attempt. */
    private CompletionStage<Long> open(long deadlineNanos) {
        CompletableFuture<Long> attempt;
        synchronized (this) {
            if (id != 0) {
                return CompletableFuture.completedStage(id);
            }
            attempt = opening;
            if (attempt == null) {
                attempt = new CompletableFuture<>();
                opening = attempt;
                open(attempt, Duration.ofNanos(deadlineNanos - System.nanoTime()));
            }
        }
        return attempt.<CompletionStage<Long>>handle((opened, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.completedStage(opened);
                    }
                    // Somebody else's attempt may have had less time than we have.
                    return System.nanoTime() - deadlineNanos < 0
                            ? open(deadlineNanos)
                            : CompletableFuture.failedStage(failure);
                })
                .thenCompose(next -> next);
    }

    private void open(CompletableFuture<Long> attempt, Duration within) {
        long nanos = System.nanoTime();
        long millis = System.currentTimeMillis();
        group.write(new LockCommand.Open(owner, ttl.duration().toMillis()), within)
                .whenComplete((reply, failure) -> {
                    // Opened while there was no leader for long: its time to live may be over before it is of any use.
                    // Nobody will hear of that one again, so it ends by itself.
                    boolean late = System.nanoTime() - nanos > ttl.duration().toNanos() / 2;
                    synchronized (this) {
                        opening = null;
                        if (reply instanceof LockReply.Opened opened && lost == null && !late) {
                            id = opened.session();
                            confirmedNanos = nanos;
                            confirmedMillis = millis;
                        }
                    }
                    if (late && failure == null) {
                        attempt.completeExceptionally(new LockFailure(
                                LockFailure.Kind.NO_MAJORITY, "the group answers too slowly for " + ttl));
                    } else if (reply instanceof LockReply.Opened opened) {
                        attempt.complete(opened.session());
                    } else if (failure != null) {
                        attempt.completeExceptionally(failure);
                    } else {
                        attempt.completeExceptionally(
                                new LockFailure(LockFailure.Kind.OVERLOADED, "no session: " + reply));
                    }
                });
    }

    /** Whether the grant of a request still finds its session alive. */
    synchronized boolean granted(HeldLock lock) {
        long request = lock.request();
        waiting.remove(request);
        if (lost != null || !isConfirmed() || !unsettled.containsKey(request)) {
            return false;
        }
        held.put(request, lock);
        return true;
    }

    synchronized boolean holds(long request) {
        return held.containsKey(request) && lost == null && isConfirmed();
    }

    /**
     * By the monotonic or the wall clock, whichever says that more time has passed: the monotonic one stands still while
     * a machine is suspended, the wall clock may be set back.
     */
    private boolean isConfirmed() {
        long ttlMillis = ttl.duration().toMillis();
        return (System.nanoTime() - confirmedNanos) / 1_000_000 < ttlMillis
                && System.currentTimeMillis() - confirmedMillis < ttlMillis;
    }

    /** Ends a request whatever has become of it, again and again until the group has heard. */
    CompletionStage<Void> release(long request, String name) {
        CompletableFuture<Void> done;
        long session;
        synchronized (this) {
            waiting.remove(request);
            held.remove(request);
            done = unsettled.get(request);
            session = id;
            if (done == null) {
                return CompletableFuture.completedStage(null);
            }
            if (lost != null || session == 0) {
                unsettled.remove(request);
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
            synchronized (this) {
                unsettled.remove(release.request());
            }
            done.complete(null);
        });
    }

    private synchronized @Nullable LostCause lostCause() {
        return lost;
    }

    private synchronized LockFailure lostFailure() {
        return new LockFailure(LockFailure.Kind.SESSION_LOST, "the lock session is lost (" + lost + "): open another");
    }

    // What its node's keep-alive does.

    /** The id to renew; 0 when there is nothing to renew. */
    synchronized long id() {
        return lost == null ? id : 0;
    }

    Ttl ttl() {
        return ttl;
    }

    /** The group has renewed it, on a request sent at these times. */
    synchronized void renewed(long sentNanos, long sentMillis) {
        confirmedNanos = sentNanos;
        confirmedMillis = sentMillis;
    }

    /** An operator took away what the request held; told until it is released. */
    void revoked(long request) {
        HeldLock taken;
        synchronized (this) {
            taken = held.remove(request);
        }
        if (taken != null) {
            taken.lose(LostCause.REVOKED);
            taken.release();
        }
    }

    /** Loses the session when no renewal was confirmed in time. Returns whether it is still to be kept alive. */
    boolean check() {
        synchronized (this) {
            if (lost != null) {
                return false;
            }
            if (id == 0 || isConfirmed()) {
                return true;
            }
        }
        lose(LostCause.UNCONFIRMED);
        return false;
    }

    /** The end, once; tells whoever waits and the callback. */
    void lose(LostCause cause) {
        List<Acquisition> refused;
        List<HeldLock> taken;
        synchronized (this) {
            if (lost != null) {
                return;
            }
            lost = cause;
            refused = List.copyOf(waiting.values());
            waiting.clear();
            taken = List.copyOf(held.values());
            held.clear();
        }
        refused.forEach(acquisition -> acquisition.refuse(
                LockFailure.Kind.SESSION_LOST, "the lock session is lost (" + cause + "): open another"));
        taken.forEach(lock -> lock.lose(cause));
        if (cause != LostCause.CLOSED) {
            onLost.accept(cause);
        }
    }

    /** Gives up the session and every lock it holds; the callback is not called. Idempotent, does not wait. */
    @Override
    public void close() {
        long open = id();
        lose(LostCause.CLOSED);
        if (open != 0) {
            // Unheard, the session ends by its time to live.
            group.write(new LockCommand.Close(open), ttl.duration()).whenComplete((reply, failure) -> {});
        }
    }
}

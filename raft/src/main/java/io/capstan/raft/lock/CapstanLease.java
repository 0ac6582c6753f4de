package io.capstan.raft.lock;

import io.capstan.actors.Failure;
import io.capstan.actors.Node;
import io.capstan.raft.RaftFailure;
import io.capstan.raft.Within;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.coordination.lease.LeaseException;
import org.apache.pekko.coordination.lease.LeaseSettings;
import org.apache.pekko.coordination.lease.LeaseTimeoutException;
import org.apache.pekko.coordination.lease.javadsl.Lease;
import org.jspecify.annotations.Nullable;

/**
 * Pekko's Lease on the cluster's locks, for Cluster Singleton, Cluster Sharding and the split-brain resolver's
 * lease-majority. Made by Pekko, which finds the class in {@code "capstan.raft.lock.lease.lease-class"}:
 *
 * <pre>{@code
 * pekko.cluster.singleton.use-lease = "capstan.raft.lock.lease"
 * }</pre>
 *
 * <p>It needs a {@link Node} in the same system and {@code capstan.raft.voters}. Who survives a split is then decided by the
 * majority of these voters, whatever Pekko's cluster believes: the locks do not depend on Pekko's membership.
 *
 * <ul>
 *   <li>{@link #acquire()}: true, the lease is held; false, it is certainly not; a failure, it is not known whether the
 *       lease would have been granted, and if it was it is given back. One of them within lease-operation-timeout, a
 *       little more at most. Whoever holds it already is told true; whoever asks while another request of this lease is
 *       under way gets that one's outcome.
 *   <li>{@link #release()}: true, it is free or lost; a {@link LeaseException} when it was not held; a {@link
 *       LeaseTimeoutException} when nobody could be told, and then it is freed as soon as somebody can, or with its
 *       session. While a request is under way it ends that one, with false.
 *   <li>{@link #checkLease()}: looks at no flag but at the clocks: true until so much time has passed since the last
 *       confirmed renewal was <em>sent</em> that the lease could be another's, by the monotonic or the wall clock. So a
 *       process that was paused sees it at once. It may be lost by the time the answer is read.
 *   <li>The callback hears of every loss once, never before its acquire has completed; a later acquire replaces it.
 * </ul>
 *
 * <p>A process that is started again at the same address is another holder: it waits for the old one's time to live. The
 * lock behind a lease is named {@code lease/} and the lease's name, which has at most 194 bytes. Thread-safe.
 */
public final class CapstanLease extends Lease {
    private static final String TTL_KEY = "capstan.raft.lock.lease.heartbeat-timeout";
    private static final String PREFIX = "lease/";
    private static final Duration LOOK = Duration.ofMillis(50);
    // What an answer may take to get here once its deadline is over.
    private static final Duration SLACK = Duration.ofMillis(500);

    private final LeaseSettings settings;
    private final LockRequest wanted;
    private final Ttl ttl;
    private final Duration within;
    private final Supplier<Optional<Locks>> locks;

    private @Nullable CompletableFuture<Boolean> acquiring;
    private boolean withdrawn;
    private @Nullable HeldLock held;
    private boolean lost;
    private Consumer<Optional<Throwable>> onLost = cause -> {};

    /** For Pekko. */
    public CapstanLease(LeaseSettings settings, ExtendedActorSystem system) {
        this(settings, () -> Node.find(Adapter.toTyped(system)).map(Locks::get));
    }

    /** {@code locks}: none for as long as there is no node. */
    CapstanLease(LeaseSettings settings, Supplier<Optional<Locks>> locks) {
        this.settings = settings;
        this.locks = locks;
        wanted = LockRequest.exclusive(PREFIX + settings.leaseName()).note(shortened(settings.ownerName()));
        within = settings.timeoutSettings().getOperationTimeout();
        try {
            ttl = Ttl.of(settings.timeoutSettings().getHeartbeatTimeout());
        } catch (IllegalArgumentException outOfRange) {
            throw new IllegalArgumentException(TTL_KEY + ": " + outOfRange.getMessage(), outOfRange);
        }
    }

    private static String shortened(String owner) {
        return owner.length() <= 60 ? owner : owner.substring(0, 60);
    }

    @Override
    public LeaseSettings getSettings() {
        return settings;
    }

    @Override
    public CompletionStage<Boolean> acquire() {
        return acquire(cause -> {});
    }

    @Override
    public CompletionStage<Boolean> acquire(Consumer<Optional<Throwable>> callback) {
        CompletableFuture<Boolean> outcome;
        HeldLock gone;
        synchronized (this) {
            if (held != null && held.isHeld()) {
                onLost = callback;
                return CompletableFuture.completedStage(true);
            }
            if (acquiring != null && !withdrawn) {
                onLost = callback;
                return acquiring.copy();
            }
            if (acquiring != null) {
                // The one under way is being given back; ours comes behind it.
                return acquiring.handle((over, failure) -> true).thenCompose(over -> acquire(callback));
            }
            gone = held;
            withdrawn = false;
            outcome = new CompletableFuture<>();
            acquiring = outcome;
        }
        if (gone != null) {
            // Nobody has told yet; asked for anew it must not hide the gap.
            lost(gone, LostCause.UNCONFIRMED);
            gone.release();
        }
        synchronized (this) {
            onLost = callback;
            lost = false;
        }
        attempt(System.nanoTime() + within.toNanos(), outcome);
        return outcome.copy();
    }

    /** Again while there is time, for an election or a session lost meanwhile is no reason to refuse. */
    private void attempt(long deadlineNanos, CompletableFuture<Boolean> outcome) {
        Duration left = Duration.ofNanos(Math.max(1_000_000, deadlineNanos - System.nanoTime()));
        CompletableFuture<HeldLock> acquisition;
        try {
            Optional<Locks> here = locks.get();
            if (here.isEmpty()) {
                again(deadlineNanos, outcome, new LeaseException("there is no Capstan node in this system"));
                return;
            }
            acquisition = here.get()
                    .leases(ttl)
                    .tryAcquire(wanted, Within.within(left))
                    .toCompletableFuture();
        } catch (RuntimeException refused) {
            String reason =
                    refused instanceof RaftFailure known ? String.valueOf(known.getMessage()) : refused.toString();
            decide(outcome, null, new LeaseException(reason));
            return;
        }
        // Whatever goes wrong, Pekko gets an answer: the split-brain resolver has no deadline of its own. An
        // acquisition that
        // ends so late gives back by itself whatever it is granted.
        CompletionStage<HeldLock> answered =
                acquisition.orTimeout(left.plus(SLACK).toNanos(), TimeUnit.NANOSECONDS);
        answered.whenComplete((lock, failure) -> {
            if (failure == null) {
                decide(outcome, lock, null);
                return;
            }
            Throwable cause = Failure.cause(failure);
            LockFailure.Kind kind = cause instanceof LockFailure refusal ? refusal.kind() : null;
            if (kind == LockFailure.Kind.HELD) {
                decide(outcome, null, null);
            } else if (kind == LockFailure.Kind.NO_MAJORITY
                    || kind == LockFailure.Kind.OVERLOADED
                    || kind == LockFailure.Kind.SESSION_LOST) {
                again(deadlineNanos, outcome, new LeaseTimeoutException(String.valueOf(cause.getMessage())));
            } else if (cause instanceof TimeoutException) {
                decide(outcome, null, new LeaseTimeoutException("no answer within " + within));
            } else {
                decide(outcome, null, new LeaseException(String.valueOf(cause.getMessage())));
            }
        });
    }

    private void again(long deadlineNanos, CompletableFuture<Boolean> outcome, LeaseException otherwise) {
        boolean over;
        synchronized (this) {
            over = withdrawn || System.nanoTime() + LOOK.toNanos() - deadlineNanos >= 0;
        }
        if (over) {
            decide(outcome, null, otherwise);
        } else {
            CompletableFuture.delayedExecutor(LOOK.toNanos(), TimeUnit.NANOSECONDS)
                    .execute(() -> attempt(deadlineNanos, outcome));
        }
    }

    /** The end of a request: granted, refused or failed. */
    private void decide(CompletableFuture<Boolean> outcome, @Nullable HeldLock lock, @Nullable LeaseException failure) {
        boolean given;
        boolean unwanted;
        synchronized (this) {
            unwanted = withdrawn;
            given = lock != null && !unwanted;
            if (given) {
                held = lock;
                acquiring = null;
            }
        }
        if (given && lock != null) {
            outcome.complete(true);
            lock.onLost(cause -> lost(lock, cause));
        } else if (unwanted && lock != null) {
            lock.release().whenComplete((free, never) -> refuse(outcome, null));
        } else {
            refuse(outcome, unwanted ? null : failure);
        }
    }

    private void refuse(CompletableFuture<Boolean> outcome, @Nullable LeaseException failure) {
        synchronized (this) {
            acquiring = null;
            withdrawn = false;
        }
        if (failure == null) {
            outcome.complete(false);
        } else {
            outcome.completeExceptionally(failure);
        }
    }

    private void lost(HeldLock lock, LostCause cause) {
        Consumer<Optional<Throwable>> callback;
        synchronized (this) {
            if (held != lock) {
                return;
            }
            held = null;
            lost = true;
            callback = onLost;
        }
        callback.accept(Optional.of(new LeaseException("the lease " + settings.leaseName() + " is lost: " + cause)));
    }

    @Override
    public CompletionStage<Boolean> release() {
        CompletableFuture<Boolean> underWay;
        HeldLock free;
        synchronized (this) {
            underWay = acquiring;
            free = held;
            held = null;
            if (underWay != null) {
                withdrawn = true;
            } else if (free == null && lost) {
                lost = false;
                return CompletableFuture.completedStage(true);
            }
        }
        if (underWay != null) {
            return within(underWay.handle((over, failure) -> true));
        }
        if (free == null) {
            return CompletableFuture.failedStage(
                    new LeaseException("Tried to release a lease that is not acquired: " + settings.leaseName()));
        }
        return within(free.release().thenApply(done -> true));
    }

    private CompletionStage<Boolean> within(CompletionStage<Boolean> freed) {
        return freed.toCompletableFuture()
                .copy()
                .orTimeout(within.plus(SLACK).toNanos(), TimeUnit.NANOSECONDS)
                .exceptionallyCompose(late -> CompletableFuture.failedStage(new LeaseTimeoutException(
                        "the lease " + settings.leaseName() + " could not be released within " + within)));
    }

    @Override
    public boolean checkLease() {
        HeldLock lock;
        synchronized (this) {
            lock = held;
        }
        return lock != null && lock.isHeld();
    }
}

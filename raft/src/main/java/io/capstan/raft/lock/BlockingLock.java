package io.capstan.raft.lock;

import io.capstan.raft.Within;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import scala.concurrent.BlockContext;

/** A lock as threads know it; see {@link LockSession#blocking}. */
final class BlockingLock implements Lock {
    // Pekko's scheduler knows no later time than 248 days.
    private static final Duration FOR_EVER = Duration.ofDays(200);

    private final LockSession session;
    private final LockRequest wanted;
    private final Map<Thread, Owned> owners = new ConcurrentHashMap<>();

    /** What a thread holds, and how often it has entered. */
    private static final class Owned {
        final HeldLock lock;
        long entered = 1;

        Owned(HeldLock lock) {
            this.lock = lock;
        }
    }

    BlockingLock(LockSession session, LockRequest wanted) {
        this.session = session;
        this.wanted = wanted;
    }

    @Override
    public void lock() {
        if (!entersAgain()) {
            own(uninterrupted(begin(FOR_EVER, true)));
        }
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
        enter(FOR_EVER, true);
    }

    @Override
    public boolean tryLock() {
        try {
            if (!entersAgain()) {
                own(uninterrupted(begin(session.ttl().duration(), false)));
            }
            return true;
        } catch (LockFailure refused) {
            return unlessHeld(refused);
        }
    }

    private static HeldLock uninterrupted(CompletableFuture<HeldLock> acquisition) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return outcome(acquisition);
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Duration wait = Duration.ofNanos(unit.toNanos(time));
        if (wait.toMillis() < 1) {
            return tryLock();
        }
        try {
            enter(wait.compareTo(FOR_EVER) > 0 ? FOR_EVER : wait, true);
            return true;
        } catch (LockFailure refused) {
            return unlessHeld(refused);
        }
    }

    private static boolean unlessHeld(LockFailure refused) {
        if (refused.kind() == LockFailure.Kind.HELD) {
            return false;
        }
        throw refused;
    }

    private void enter(Duration within, boolean wait) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (entersAgain()) {
            return;
        }
        CompletableFuture<HeldLock> acquisition = begin(within, wait);
        try {
            own(outcome(acquisition));
        } catch (InterruptedException interrupted) {
            // Gives back by itself what it is granted from now on.
            if (!acquisition.cancel(false)) {
                CompletionStage<HeldLock> granted = acquisition;
                granted.thenAccept(HeldLock::release);
            }
            throw interrupted;
        }
    }

    private void own(HeldLock lock) {
        owners.put(Thread.currentThread(), new Owned(lock));
    }

    private boolean entersAgain() {
        if (Thread.currentThread() instanceof BlockContext) {
            throw new IllegalStateException("a thread of a dispatcher must not wait for lock " + wanted.names()
                    + ": use acquire, or a thread that may wait");
        }
        Owned owned = owners.get(Thread.currentThread());
        if (owned == null) {
            return false;
        }
        if (!owned.lock.isHeld()) {
            // Whoever is inside believes in the lock: granted anew it would hide that another was inside meanwhile.
            throw lost(owned);
        }
        owned.entered++;
        return true;
    }

    private CompletableFuture<HeldLock> begin(Duration within, boolean wait) {
        LockRequest ours = wanted.by("thread " + Thread.currentThread().getId());
        Within deadline = Within.within(within);
        return (wait ? session.acquire(ours, deadline) : session.tryAcquire(ours, deadline)).toCompletableFuture();
    }

    private static HeldLock outcome(CompletableFuture<HeldLock> acquisition) throws InterruptedException {
        try {
            return acquisition.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof LockFailure refused) {
                throw refused;
            }
            throw new IllegalStateException(failed.getCause());
        }
    }

    private IllegalMonitorStateException lost(Owned owned) {
        String cause = owned.lock.lost().map(LostCause::toString).orElse("not confirmed in time");
        return new IllegalMonitorStateException("lock " + wanted.names() + " was lost while this thread held it ("
                + cause + "): another may have held it since");
    }

    @Override
    public void unlock() {
        Owned owned = owners.get(Thread.currentThread());
        if (owned == null) {
            throw new IllegalMonitorStateException("this thread does not hold lock " + wanted.names());
        }
        boolean sure = owned.lock.isHeld();
        if (sure && --owned.entered > 0) {
            return;
        }
        owners.remove(Thread.currentThread());
        CompletableFuture<Void> free = owned.lock.release().toCompletableFuture();
        if (!sure) {
            throw lost(owned);
        }
        // It ends with the session at the latest.
        free.join();
    }

    @Override
    public Condition newCondition() {
        throw new UnsupportedOperationException("a lock of the cluster has no conditions for threads");
    }
}

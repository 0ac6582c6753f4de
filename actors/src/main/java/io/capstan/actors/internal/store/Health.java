package io.capstan.actors.internal.store;

import io.capstan.actors.internal.store.Store.Watcher;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether a store can write, and who wants to know. Thread-safe. */
final class Health {
    private static final Logger LOG = LoggerFactory.getLogger(Health.class);

    private final Set<Watcher> watchers = new CopyOnWriteArraySet<>();
    private @Nullable StoreFailure failed;
    private @Nullable StoreFailure full;
    // Somebody was told to come back.
    private boolean refused;

    synchronized Runnable watch(Watcher watcher) {
        watchers.add(watcher);
        if (failed != null) {
            watcher.failed(failed);
        } else if (full != null) {
            watcher.full(full);
        }
        return () -> watchers.remove(watcher);
    }

    synchronized void requireSound() {
        if (failed != null) {
            throw failed;
        }
    }

    synchronized void requireRoom(boolean vital) {
        requireSound();
        if (full != null && !vital) {
            refused = true;
            throw full;
        }
    }

    /** What to throw when there is no room at the moment. */
    synchronized StoreFailure refuse(String why) {
        refused = true;
        return full != null
                ? full
                : new StoreFailure(StoreFailure.Kind.OVERLOADED, why + ": they are being emptied, try again");
    }

    void full(@Nullable String why) {
        StoreFailure told;
        synchronized (this) {
            if (full != null) {
                return;
            }
            told = new StoreFailure(
                    StoreFailure.Kind.DISK_FULL,
                    "the node's store has no room (" + why
                            + "): make some; what was accepted is safe, and writes are refused until then");
            full = told;
        }
        LOG.warn("{}", told.getMessage());
        watchers.forEach(watcher -> watcher.full(told));
    }

    /** A file was emptied. */
    void roomMade() {
        synchronized (this) {
            if (full != null) {
                LOG.info("the node's store writes again");
                refused = true;
            }
            full = null;
        }
        tellOfRoom();
    }

    /** Calls back who was refused, if there may be room. */
    void tellOfRoom() {
        synchronized (this) {
            if (!refused || full != null) {
                return;
            }
            refused = false;
        }
        watchers.forEach(Watcher::roomAgain);
    }

    /** The first failure counts; returns it. */
    synchronized StoreFailure fail(StoreFailure failure) {
        if (failed == null) {
            failed = failure;
        }
        return failed;
    }

    void tellOfFailure() {
        StoreFailure told;
        synchronized (this) {
            told = failed;
        }
        if (told != null) {
            watchers.forEach(watcher -> watcher.failed(told));
        }
    }
}

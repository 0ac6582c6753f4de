package io.capstan.actors.internal.store;

import io.capstan.actors.internal.store.Store.Watcher;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a store can write, and who wants to know. Thread-safe.
 *
 * <p>Watchers are called with no lock held, so that one may call the store. News is queued under the lock and told by
 * one thread at a time: else a watcher that begins while room is made could hear "full" last.
 */
final class Health {
    private static final Logger LOG = LoggerFactory.getLogger(Health.class);

    /** One thing that some watchers hear. */
    private record News(Set<Watcher> to, Consumer<Watcher> what) {}

    private final String node;
    private final Set<Watcher> watchers = new LinkedHashSet<>();
    private final ArrayDeque<News> untold = new ArrayDeque<>();
    private boolean telling;
    private @Nullable StoreFailure failed;
    private @Nullable StoreFailure full;
    // Somebody was told to come back.
    private boolean refused;

    Health(String node) {
        this.node = node;
    }

    Runnable watch(Watcher watcher) {
        synchronized (this) {
            watchers.add(watcher);
            StoreFailure ended = failed;
            StoreFailure why = full;
            if (ended != null) {
                untold.add(new News(Set.of(watcher), one -> one.failed(ended)));
            } else if (why != null) {
                untold.add(new News(Set.of(watcher), one -> one.full(why)));
            }
        }
        tell();
        return () -> {
            synchronized (this) {
                watchers.remove(watcher);
            }
        };
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
        synchronized (this) {
            if (full != null) {
                return;
            }
            StoreFailure told = new StoreFailure(
                    StoreFailure.Kind.DISK_FULL,
                    "the node's store has no room (" + why
                            + "): make some; what was accepted is safe, and writes are refused until then");
            full = told;
            LOG.atWarn()
                    .addKeyValue("node", node)
                    .addKeyValue("reason", why)
                    .log("the node's store has no room ({}): writes are refused until there is some", why);
            toAll(watcher -> watcher.full(told));
        }
        tell();
    }

    /** A file was emptied. */
    void roomMade() {
        synchronized (this) {
            if (full != null) {
                LOG.atInfo().addKeyValue("node", node).log("the node's store has room again, and writes");
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
            toAll(Watcher::roomAgain);
        }
        tell();
    }

    /** The first failure counts; returns it. */
    synchronized StoreFailure fail(Throwable cause) {
        if (failed == null) {
            failed = cause instanceof StoreFailure known ? known : broken(cause);
        }
        return failed;
    }

    private StoreFailure broken(Throwable cause) {
        LOG.atError()
                .addKeyValue("node", node)
                .addKeyValue("reason", cause)
                .setCause(cause)
                .log("the node's store failed and writes no more: restart the node");
        return new StoreFailure(
                StoreFailure.Kind.FAILED,
                "the node's store failed (" + cause + ") and writes no more: restart the node once the disk is sound");
    }

    void tellOfFailure() {
        synchronized (this) {
            StoreFailure told = failed;
            if (told != null) {
                toAll(watcher -> watcher.failed(told));
            }
        }
        tell();
    }

    private synchronized void toAll(Consumer<Watcher> what) {
        untold.add(new News(Set.copyOf(watchers), what));
    }

    /** Tells what is untold, unless another thread is at it. */
    private void tell() {
        for (News news = next(true); news != null; news = next(false)) {
            for (Watcher watcher : news.to()) {
                if (watches(watcher)) {
                    tell(watcher, news.what());
                }
            }
        }
    }

    private synchronized @Nullable News next(boolean begin) {
        if (begin && telling) {
            return null;
        }
        telling = !untold.isEmpty();
        return untold.poll();
    }

    private synchronized boolean watches(Watcher watcher) {
        return watchers.contains(watcher);
    }

    private static void tell(Watcher watcher, Consumer<Watcher> what) {
        try {
            what.accept(watcher);
        } catch (Throwable bug) {
            // One watcher's bug must neither end the writer nor keep the others from hearing.
            LOG.error("a watcher of the node's store threw", bug);
        }
    }
}

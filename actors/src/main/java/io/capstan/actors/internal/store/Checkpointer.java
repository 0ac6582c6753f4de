package io.capstan.actors.internal.store;

import io.capstan.actors.internal.store.Environment.OutOfSpace;
import io.capstan.actors.internal.store.Store.Change;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Moves the content of a full write-ahead file into LMDB, on a thread of its own: appends go on beside it.
 *
 * <p>In one transaction, however much it is: LMDB holds the state before the file or the one after it, so that whatever
 * becomes of the file meanwhile, what is there is the state of one moment.
 */
final class Checkpointer {
    /** Told on the checkpointer's thread. */
    interface Listener {
        /** There is no room, and nothing was moved; it is tried again until there is. */
        void full(OutOfSpace why);

        /** All of it is in LMDB. */
        void moved(int changes);

        /** Nobody knows what is on the disk. */
        void failed(Throwable failure);
    }

    /** What is to be moved; nobody changes it any more. Listed here, as flushes wait for whoever begins it. */
    private record Move(Overlay content, StoreRecord record) {
        List<Change> changes() {
            List<Change> changes = content.changes();
            changes.add(record.put());
            return changes;
        }
    }

    private final Environment environment;
    private final FullRetry retry;
    private final Listener listener;
    private final Thread thread;
    private @Nullable Move next;
    private boolean closing;

    Checkpointer(Environment environment, Duration fullRetry, Listener listener, String threadName) {
        this.environment = environment;
        retry = new FullRetry(fullRetry);
        this.listener = listener;
        thread = new Thread(this::run, threadName);
        thread.setDaemon(true);
        thread.start();
    }

    /** Begins to move a file's content; one at a time. {@code record} becomes true with the last of it. */
    synchronized void begin(Overlay content, StoreRecord record) {
        next = new Move(content, record);
        notifyAll();
    }

    private void run() {
        try {
            for (Move move = await(); move != null; move = await()) {
                List<Change> changes = move.changes();
                if (!move(changes)) {
                    return;
                }
                listener.moved(changes.size());
            }
        } catch (Throwable failure) {
            listener.failed(failure);
        }
    }

    private synchronized @Nullable Move await() throws InterruptedException {
        while (next == null && !closing) {
            wait();
        }
        Move move = closing ? null : next;
        next = null;
        return move;
    }

    /** Returns false when it was closed before there was room: all is in the file. */
    private boolean move(List<Change> changes) throws IOException, InterruptedException {
        return retry.until(
                        () -> {
                            environment.commit(changes);
                            return true;
                        },
                        listener::full,
                        () -> {})
                .isPresent();
    }

    /** Moves everything, on this thread: what an opening does. */
    static void moveNow(Environment environment, Overlay content, StoreRecord record) throws OutOfSpace {
        environment.commit(new Move(content, record).changes());
    }

    /** Ends after the transaction under way. */
    void close() {
        synchronized (this) {
            closing = true;
            notifyAll();
        }
        retry.close();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.capstan.actors.internal.store;

import io.capstan.actors.internal.store.Environment.OutOfSpace;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Tries again and again what finds no room: {@code capstan.actors.store.full-retry}. One thread waits, others may close. */
final class FullRetry {
    /** What may find no room, and has done nothing then. */
    interface Attempt<T> {
        T make() throws IOException, OutOfSpace;
    }

    private final Duration every;
    private boolean closed;

    FullRetry(Duration every) {
        this.every = every;
    }

    /**
     * Until there is room.
     *
     * @param full hears of each attempt that found none
     * @param room runs after one that did, if another had not
     * @return nothing when it was closed before there was room
     */
    <T> Optional<T> until(Attempt<T> attempt, Consumer<OutOfSpace> full, Runnable room)
            throws IOException, InterruptedException {
        boolean waited = false;
        do {
            try {
                T made = attempt.make();
                if (waited) {
                    room.run();
                }
                return Optional.of(made);
            } catch (OutOfSpace none) {
                full.accept(none);
                waited = true;
            }
        } while (pause());
        return Optional.empty();
    }

    /** Returns false when it is closed. */
    private synchronized boolean pause() throws InterruptedException {
        long end = System.nanoTime() + every.toNanos();
        for (long left = every.toNanos(); left > 0 && !closed; left = end - System.nanoTime()) {
            wait(left / 1_000_000 + 1);
        }
        return !closed;
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }
}

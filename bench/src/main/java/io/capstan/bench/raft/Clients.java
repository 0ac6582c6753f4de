package io.capstan.bench.raft;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The threads of a load. What one of them finds that must not be is kept for whoever judges. */
final class Clients {
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;
    private volatile @Nullable Throwable failure;

    /** Adds one; none runs before {@link #start}. */
    void add(String name, Runnable client) {
        threads.add(new Thread(
                () -> {
                    try {
                        client.run();
                    } catch (Throwable found) {
                        failure = found;
                    }
                },
                name));
    }

    void start() {
        threads.forEach(Thread::start);
    }

    /** Whether they are to end. */
    boolean isStopped() {
        return stopped;
    }

    /** Throws what a client has found. */
    void requireSound() {
        Throwable found = failure;
        if (found != null) {
            throw new AssertionError("a client saw what must not be", found);
        }
    }

    /** Has all of them end, and waits for it. */
    void stop() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
        requireSound();
    }
}

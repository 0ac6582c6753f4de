package io.capstan.raft.internal.snapshot;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs tasks one after the other, on whatever thread of a pool is free. Thread-safe. */
final class Lane implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

    private final Executor pool;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean runs;

    Lane(Executor pool) {
        this.pool = pool;
    }

    @Override
    public void execute(Runnable task) {
        synchronized (waiting) {
            waiting.add(task);
            if (runs) {
                return;
            }
            runs = true;
        }
        pool.execute(this::runOne);
    }

    private void runOne() {
        Runnable task;
        synchronized (waiting) {
            task = waiting.remove();
        }
        try {
            task.run();
        } catch (Throwable bug) {
            // The next one must not wait for ever.
            LOG.error("a task of a snapshot's lane threw", bug);
        }
        synchronized (waiting) {
            if (waiting.isEmpty()) {
                runs = false;
                return;
            }
        }
        pool.execute(this::runOne);
    }
}

package io.capstan.raft.internal.client;

import java.util.concurrent.Executor;

/** Where users' functions run: on the node's default threads, one after the other without a hand-over in between. */
final class UsersThreads implements Executor {
    private static final ThreadLocal<Boolean> INSIDE = ThreadLocal.withInitial(() -> false);

    private final Executor threads;

    UsersThreads(Executor threads) {
        this.threads = threads;
    }

    @Override
    public void execute(Runnable task) {
        if (INSIDE.get()) {
            task.run();
        } else {
            threads.execute(() -> {
                INSIDE.set(true);
                try {
                    task.run();
                } finally {
                    INSIDE.remove();
                }
            });
        }
    }
}

package io.capstan.bench.raft;

import static io.capstan.raft.Within.within;

import io.capstan.raft.RaftGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/** One client that writes a hundred times a second, until it is told to end: what else goes on must not be felt. */
final class Paced {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final long PAUSE = 10_000_000;

    private final RaftGroup group;
    private final List<Long> took = new ArrayList<>();
    private final CompletableFuture<Void> done;
    private volatile boolean over;

    private Paced(RaftGroup group) {
        this.group = group;
        done = CompletableFuture.runAsync(this::run, task -> new Thread(task, "paced").start());
    }

    static Paced start(RaftGroup group) {
        return new Paced(group);
    }

    private void run() {
        byte[] command = new byte[Load.COMMAND_BYTES];
        while (!over) {
            long begin = System.nanoTime();
            group.write(command, within(SOON)).toCompletableFuture().join();
            took.add(System.nanoTime() - begin);
            LockSupport.parkNanos(PAUSE);
        }
    }

    /** Ends it: how many writes, and how long they took at the median, in 99 of 100, at the most. */
    String end() {
        over = true;
        done.join();
        took.sort(null);
        int last = took.size() - 1;
        return took.size() + " " + took.get(last / 2) + " " + took.get(last * 99 / 100) + " " + took.get(last);
    }
}

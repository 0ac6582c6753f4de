package io.capstan.demo.lock;

import io.capstan.raft.lock.FencingToken;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Runs a command while it holds a lock. */
public final class LockedRun {
    /** What came of it. */
    public sealed interface Result {
        /** The command has ended by itself. */
        record Ended(int exitCode) implements Result {}

        /**
         * The lock was lost while it ran, or may have been.
         *
         * @param ended by us; else it has ended by itself while nobody watched it
         */
        record Lost(String why, boolean ended) implements Result {}
    }

    private static final Duration LOOK = Duration.ofMillis(50);
    private static final String UNCONFIRMED =
            "the lock was not confirmed in time: no majority, or this process was paused";
    private static final Duration GRACE_MAX = Duration.ofSeconds(2);

    private final Duration grace;
    private final RemoteHold hold;
    private final GuardedCommand command;
    private boolean asked;
    private boolean killed;

    private LockedRun(RemoteHold hold, GuardedCommand command, Duration ttl) {
        this.hold = hold;
        this.command = command;
        Duration quarter = ttl.dividedBy(4);
        grace = quarter.compareTo(GRACE_MAX) < 0 ? quarter : GRACE_MAX;
    }

    /**
     * Acquires, runs, releases. Blocks until then; when this process is told to end the command is, and the lock is released.
     *
     * @param nodes addresses of nodes' doors, tried in turn
     * @param note words that others see beside the holder
     * @throws LockNotHeld when it was not granted: the command did not run
     * @throws io.capstan.demo.UserError when the command cannot be run
     */
    public static Result run(
            List<URI> nodes, String name, Duration ttl, Duration wait, String note, List<String> command)
            throws InterruptedException {
        GuardedCommand.require(command.get(0));
        try (RemoteHold hold = RemoteHold.acquire(nodes, new RemoteHold.Wanted(name, ttl, wait, note))) {
            GuardedCommand started = GuardedCommand.start(
                    command,
                    Map.of(
                            "CAPSTAN_LOCK", name,
                            "CAPSTAN_FENCE", hold.token(),
                            "CAPSTAN_FENCE_SORTED", sorted(hold.token())));
            Thread hook = new Thread(() -> end(started, hold), "capstan-lock-end");
            Runtime.getRuntime().addShutdownHook(hook);
            try {
                return new LockedRun(hold, started, ttl).await();
            } finally {
                started.end();
                keepOut(hook);
            }
        }
    }

    private static void keepOut(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // It runs.
        }
    }

    /** In an order that texts have too: a script can compare it. */
    static String sorted(String token) {
        FencingToken parts = FencingToken.parse(token);
        return String.format(Locale.ROOT, "%016x%016x%08x", parts.epoch(), parts.index(), parts.ordinal());
    }

    private Result await() throws InterruptedException {
        String why = null;
        while (!command.waitFor(LOOK)) {
            Duration left = hold.validFor();
            if (left.compareTo(grace) > 0) {
                continue;
            }
            if (why == null && left.isZero() && command.waitFor(LOOK)) {
                break; // We were paused, and the command's end is only now heard of too.
            }
            String told = hold.lost();
            why = told == null ? UNCONFIRMED : told;
            if (!asked) {
                asked = true;
                command.terminate();
            }
            if (left.isZero() && !killed) {
                killed = true;
                command.kill();
            }
        }
        if (why == null && hold.validFor().isZero()) {
            // We were paused, and for longer than the lock was certain: it may have been another's while the command
            // ran.
            return new Result.Lost(UNCONFIRMED, false);
        }
        return why == null ? new Result.Ended(command.exitCode()) : new Result.Lost(why, true);
    }

    /** We are told to end. */
    private static void end(GuardedCommand command, RemoteHold hold) {
        command.terminate();
        try {
            command.waitFor(GRACE_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        command.kill();
        hold.close();
    }
}

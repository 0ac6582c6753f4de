package io.capstan.raft.lock;

import io.capstan.raft.Consistency;
import io.capstan.raft.RaftGroup;
import io.capstan.raft.Within;
import io.capstan.raft.lock.core.LockCommand;
import io.capstan.raft.lock.core.LockQuery;
import io.capstan.raft.lock.core.LockReply;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The group of the locks, as the classes of this package use it. Every command of theirs may be executed twice: a
 * session opened twice ends by itself, all else remembers its request.
 */
final class LockGroup {
    private static final Logger LOG = LoggerFactory.getLogger(LockGroup.class);
    private static final double DRIFT_MAX = 0.3;

    private final ActorSystem<?> system;
    private final RaftGroup group;
    private final HolderClock clock;
    private final double drift;

    LockGroup(ActorSystem<?> system, RaftGroup group, HolderClock clock) {
        this.system = system;
        this.group = group;
        this.clock = clock;
        drift = system.settings().config().getDouble("capstan.raft.lock.clock-drift");
        if (drift < 0 || drift > DRIFT_MAX) {
            throw new IllegalArgumentException("capstan.raft.lock.clock-drift = " + drift + ": must be from 0 to "
                    + DRIFT_MAX + ", or nothing would be left of a time to live between two renewals");
        }
    }

    /** The holder's. */
    HolderClock clock() {
        return clock;
    }

    /** How much of a time to live at the group has surely not passed there when our clocks say so. */
    Duration sure(Duration ttl) {
        return Duration.ofNanos((long) (ttl.toNanos() * (1 - drift)));
    }

    CompletionStage<LockReply> write(LockCommand command, Duration within) {
        return group.write(
                command, LockReply.class, Within.within(atLeast(within)).repeatable());
    }

    CompletionStage<LockReply> read(LockQuery query, Consistency consistency, Duration within) {
        return group.read(query, consistency, Within.within(atLeast(within))).thenApply(LockReply.class::cast);
    }

    /** As {@link #read}, for a query that waits until there is news, or half of the time is over. */
    CompletionStage<LockReply> await(LockQuery query, Consistency consistency, Duration within) {
        return group.await(query, consistency, Within.within(atLeast(within)))
                .thenApply(answered -> (LockReply) answered.value());
    }

    private static Duration atLeast(Duration within) {
        return within.toMillis() < 1 ? Duration.ofMillis(1) : within;
    }

    /** Runs what belongs to a user, which may be slow or throw, on one of Pekko's threads: nothing of ours waits for it. */
    void run(Runnable users) {
        try {
            system.executionContext().execute(() -> guarded(users));
        } catch (RejectedExecutionException ended) {
            // So has the node: there is nobody left to be held up.
            guarded(users);
        }
    }

    private static void guarded(Runnable users) {
        try {
            users.run();
        } catch (RuntimeException thrown) {
            LOG.warn("a listener of locks threw", thrown);
        }
    }

    /** Done after that time, on one of Pekko's threads. */
    CompletionStage<Void> pause(Duration length) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        later(length, () -> over.complete(null));
        return over;
    }

    /** Runs {@code action} later, on one of Pekko's threads. */
    void later(Duration delay, Runnable action) {
        system.scheduler().scheduleOnce(delay, action, system.executionContext());
    }
}

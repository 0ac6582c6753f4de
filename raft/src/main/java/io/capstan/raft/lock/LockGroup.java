package io.capstan.raft.lock;

import io.capstan.raft.Consistency;
import io.capstan.raft.RaftGroup;
import io.capstan.raft.Within;
import io.capstan.raft.lock.core.LockCommand;
import io.capstan.raft.lock.core.LockQuery;
import io.capstan.raft.lock.core.LockReply;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * The group of the locks, as the classes of this package use it. Every command of theirs may be executed twice: a
 * session opened twice ends by itself, all else remembers its request.
 */
final class LockGroup {
    private final ActorSystem<?> system;
    private final RaftGroup group;

    LockGroup(ActorSystem<?> system, RaftGroup group) {
        this.system = system;
        this.group = group;
    }

    CompletionStage<LockReply> write(LockCommand command, Duration within) {
        return group.write(
                command, LockReply.class, Within.within(atLeast(within)).repeatable());
    }

    CompletionStage<LockReply> read(LockQuery query, Consistency consistency, Duration within) {
        return group.read(query, consistency, Within.within(atLeast(within))).thenApply(LockReply.class::cast);
    }

    private static Duration atLeast(Duration within) {
        return within.toMillis() < 1 ? Duration.ofMillis(1) : within;
    }

    /** Runs {@code action} later, on one of Pekko's threads. */
    void later(Duration delay, Runnable action) {
        system.scheduler().scheduleOnce(delay, action, system.executionContext());
    }
}

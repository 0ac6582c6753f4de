package io.capstan.raft.lock;

import io.capstan.raft.lock.core.LockCommand;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Gives a lock up, to have it again when its condition was signalled. */
final class ConditionWait extends Acquisition {
    private final long held;
    private final String condition;
    private final Duration wait;

    ConditionWait(
            LockSession session,
            long request,
            LockRequest wanted,
            long held,
            String condition,
            Duration wait,
            long deadlineNanos) {
        super(session, request, wanted, true, deadlineNanos);
        this.held = held;
        this.condition = condition;
        this.wait = wait;
        // Executed or not: who waits does not hold it, and whoever failed to wait does not hold it either.
        CompletionStage<HeldLock> stage = outcome();
        stage.whenComplete((lock, failure) -> session.release(held));
    }

    @Override
    LockCommand command(long id, long settled, long waitMillis) {
        return new LockCommand.Await(id, request(), settled, held, condition, wait.toMillis());
    }
}

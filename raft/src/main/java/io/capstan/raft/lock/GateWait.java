package io.capstan.raft.lock;

import io.capstan.actors.Failure;
import io.capstan.raft.lock.core.LockCommand;
import io.capstan.raft.lock.core.LockReply;
import io.capstan.raft.lock.core.Outcome;
import org.apache.pekko.Done;

/** An attempt that leaves nothing to hold: a latch, a barrier, a signal. */
final class GateWait extends Attempt<Done> {
    /** Makes the command of a request. */
    interface Command {
        LockCommand of(long session, long request, long settled, long waitMillis);
    }

    private final Command command;

    GateWait(LockSession session, long request, String what, Command command, long deadlineNanos) {
        super(session, request, what, deadlineNanos);
        this.command = command;
    }

    @Override
    LockCommand command(long id, long settled, long waitMillis) {
        return command.of(id, request(), settled, waitMillis);
    }

    /** It is decided, as an acquisition that waits is: what comes of it is remembered until it is released. */
    @Override
    void waits() {
        session().executed(request());
    }

    @Override
    boolean succeeds(LockReply reply) {
        Outcome came = reply instanceof LockReply.Over over ? over.outcome() : Outcome.REFUSED;
        if (came == Outcome.CAME) {
            session().release(request());
        } else if (came == Outcome.DONE) {
            session().finished(request());
        } else {
            return false;
        }
        outcome().complete(Done.done());
        return true;
    }

    /** What was counted or signalled cannot be taken back. */
    @Override
    LockFailure refusal(LockFailure.Kind kind, String message) {
        boolean unknown = kind == LockFailure.Kind.NO_MAJORITY || kind == LockFailure.Kind.SESSION_LOST;
        return unknown ? new LockFailure(kind, Failure.Next.OUTCOME_UNKNOWN, message) : super.refusal(kind, message);
    }

    @Override
    LockFailure late(String holder) {
        return new LockFailure(LockFailure.Kind.TIMED_OUT, what() + " was not reached in time");
    }
}

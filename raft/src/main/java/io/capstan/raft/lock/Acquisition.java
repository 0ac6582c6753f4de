package io.capstan.raft.lock;

import io.capstan.raft.lock.core.LockCommand;
import io.capstan.raft.lock.core.LockReply;

/** An attempt to hold something. */
class Acquisition extends Attempt<HeldLock> {
    private final LockRequest wanted;
    private final boolean wait;

    Acquisition(LockSession session, long request, LockRequest wanted, boolean wait, long deadlineNanos) {
        super(session, request, "lock " + wanted.names(), deadlineNanos);
        this.wanted = wanted;
        this.wait = wait;
    }

    @Override
    LockCommand command(long id, long settled, long waitMillis) {
        return new LockCommand.Acquire(
                id, request(), settled, wanted.claims(), wanted.party(), wanted.note(), wait ? waitMillis : 0);
    }

    /**
     * It is decided, for it begins nothing if it comes again. Else the group would have to remember all that its session does
     * while it waits: a candidate waits for days.
     */
    @Override
    void waits() {
        session().executed(request());
    }

    @Override
    boolean succeeds(LockReply reply) {
        if (!(reply instanceof LockReply.Granted granted)) {
            return false;
        }
        HeldLock held = new HeldLock(session(), request(), wanted, granted.token(), granted.signalled());
        if (!session().granted(held)) {
            refuse(LockFailure.Kind.SESSION_LOST, "it came too late, its session was not confirmed in time");
        } else if (!outcome().complete(held)) {
            session().release(request());
        }
        return true;
    }

    @Override
    LockFailure late(String holder) {
        return new LockFailure(
                LockFailure.Kind.HELD,
                what() + " was not granted in time" + (holder.isEmpty() ? "" : ": it is held by " + holder));
    }
}

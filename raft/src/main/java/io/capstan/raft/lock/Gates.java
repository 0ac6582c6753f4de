package io.capstan.raft.lock;

import io.capstan.raft.Within;
import io.capstan.raft.lock.core.LockCommand;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/**
 * Latches and barriers of the cluster: many wait for one moment. Names have 1 to 200 bytes of UTF-8 and are apart from those
 * of locks; an open latch and a complete barrier leave nothing behind. Thread-safe.
 *
 * <p>All of them end at their deadline with a {@link LockFailure} at the latest: TIMED_OUT while nothing is decided, BROKEN
 * when the moment will not come any more. What was made or counted by a call that ended with NO_MAJORITY or SESSION_LOST is
 * unknown; whoever waited waits no longer.
 */
public final class Gates {
    private final LockSession session;

    Gates(LockSession session) {
        this.session = session;
    }

    /**
     * Makes a latch that opens when it was counted down {@code count} times. It breaks with this session, for nobody else
     * knows what it was to count.
     *
     * @param count at least 1
     * @return done; fails with INVALID when there is one of that name
     */
    public CompletionStage<Done> latch(String name, long count, Within within) {
        String latch = LockRequest.named(name);
        return session.pass(
                "latch " + name,
                within,
                (id, request, settled, wait) -> new LockCommand.MakeLatch(id, request, settled, latch, count));
    }

    /** Counts a latch down by one: once, however often that has to be sent. No harm if there is none. */
    public CompletionStage<Done> countDown(String name, Within within) {
        String latch = LockRequest.named(name);
        return session.pass(
                "counting down " + name,
                within,
                (id, request, settled, wait) -> new LockCommand.CountDown(id, request, settled, latch));
    }

    /** Waits until a latch is open; one that does not exist is. */
    public CompletionStage<Done> await(String name, Within within) {
        String latch = LockRequest.named(name);
        return session.pass(
                "latch " + name,
                within,
                (id, request, settled, wait) -> new LockCommand.AwaitLatch(id, request, settled, latch, wait));
    }

    /**
     * Waits until {@code parties} have arrived at the barrier. It breaks for all when one of them leaves before: at its
     * deadline, cancelled, or with its session.
     *
     * @param parties 1 to 10,000, the same for all who arrive
     */
    public CompletionStage<Done> arrive(String name, int parties, Within within) {
        String barrier = LockRequest.named(name);
        return session.pass(
                "barrier " + name,
                within,
                (id, request, settled, wait) -> new LockCommand.Arrive(id, request, settled, barrier, parties, wait));
    }
}

package io.capstan.raft.lock.core;

import io.capstan.raft.lock.FencingToken;
import java.util.List;
import java.util.Map;

/** All that a table knows at one moment; immutable. */
public record LockImage(List<Session> sessions, List<Lock> locks) {
    public LockImage {
        sessions = List.copyOf(sessions);
        locks = List.copyOf(locks);
    }

    /**
     * A session.
     *
     * @param renewal index of the entry that renewed it last, {@code renewedAt} its log time
     * @param settled requests below it are over
     * @param active requests that hold or wait, and for which lock
     * @param over other requests that are over
     */
    public record Session(
            long id,
            String owner,
            long ttlMillis,
            long renewal,
            long renewedAt,
            long settled,
            Map<Long, String> active,
            List<Long> over) {
        public Session {
            active = Map.copyOf(active);
            over = List.copyOf(over);
        }
    }

    /**
     * A lock that is held.
     *
     * @param session whose {@code request} holds it
     * @param since log time of the grant
     * @param queue who waits, in order
     */
    public record Lock(String name, long session, long request, FencingToken token, long since, List<Waiter> queue) {
        public Lock {
            queue = List.copyOf(queue);
        }
    }

    /** A request that waits. */
    public record Waiter(long session, long request) {}
}

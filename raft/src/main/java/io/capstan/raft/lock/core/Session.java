package io.capstan.raft.lock.core;

import java.util.Comparator;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One session: when it ends, what it asked for, and what has become of that. */
final class Session {
    static final Comparator<Session> BY_DUE =
            Comparator.comparingLong(Session::dueAt).thenComparingLong(session -> session.id);

    final long id;
    final String owner;
    final long ttlMillis;
    long renewal;
    long renewedAt;
    long settled;
    /** Requests that hold or wait. */
    final TreeMap<Long, Request> active = new TreeMap<>();
    /**
     * Requests from {@code settled} up that are over: executed again, they must not begin anew. In snapshots too, else a
     * retry that meets a restored member is granted twice.
     */
    final TreeMap<Long, Outcome> over = new TreeMap<>();
    /** Those of {@code over} that were taken away. */
    final TreeSet<Long> revoked = new TreeSet<>();
    /** Latches it made. */
    final TreeSet<String> latches = new TreeSet<>();

    Session(long id, String owner, long ttlMillis) {
        this.id = id;
        this.owner = owner;
        this.ttlMillis = ttlMillis;
    }

    long dueAt() {
        return renewedAt + ttlMillis;
    }

    boolean isOverdue(long time) {
        return time > dueAt();
    }

    /** How the request ended; null when it did not, or is unknown. */
    @Nullable
    Outcome outcome(long request) {
        return request < settled ? Outcome.RELEASED : over.get(request);
    }

    void settle(long below) {
        if (below > settled) {
            settled = below;
            over.headMap(below).clear();
            revoked.headSet(below).clear();
        }
    }

    /** A request ends. */
    void end(long request, Outcome outcome) {
        active.remove(request);
        if (request >= settled) {
            over.put(request, outcome);
            if (outcome == Outcome.REVOKED) {
                revoked.add(request);
            } else {
                revoked.remove(request);
            }
        }
    }
}

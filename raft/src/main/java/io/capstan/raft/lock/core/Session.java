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
    /** Every request below it has been executed or never will be: it is active, or over. */
    long settled;
    /** Requests that hold or wait. */
    final TreeMap<Long, Request> active = new TreeMap<>();
    /**
     * Requests from {@code settled} up that are over: executed again, they must not begin anew. In snapshots too, else a
     * retry that meets a restored member is granted twice. Below {@code settled} nothing is kept but news that were not yet
     * released, so a session that holds one lock for ever, or waits, costs no more for all the others that it has had
     * meanwhile.
     */
    final TreeMap<Long, Outcome> over = new TreeMap<>();
    /** Those that were taken away and not yet released, whose holder must hear of it. */
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

    /** How the request ended, for one that is not active; null when it never began. */
    @Nullable
    Outcome outcome(long request) {
        if (revoked.contains(request)) {
            return Outcome.REVOKED;
        }
        Outcome known = over.get(request);
        return known == null && request < settled ? Outcome.RELEASED : known;
    }

    void settle(long below) {
        if (below > settled) {
            settled = below;
            over.headMap(below).values().removeIf(outcome -> !outcome.isNews());
        }
    }

    /** A request ends. */
    void end(long request, Outcome outcome) {
        active.remove(request);
        if (request >= settled || outcome.isNews()) {
            over.put(request, outcome);
        } else {
            over.remove(request);
        }
        if (outcome == Outcome.REVOKED) {
            revoked.add(request);
        } else {
            revoked.remove(request);
        }
    }
}

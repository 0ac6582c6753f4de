package io.capstan.raft.lock.core;

import io.capstan.raft.lock.FencingToken;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All that the table knows, and the entry that is executed. */
final class State {
    long epoch;
    final TreeMap<Long, Session> sessions = new TreeMap<>();
    final TreeSet<Session> byDue = new TreeSet<>(Session.BY_DUE);
    final TreeSet<Request> byDeadline = new TreeSet<>(Request.BY_DEADLINE);
    // Only what is held or waited for: a name used once leaves nothing behind, for tokens need no memory of names.
    final TreeMap<String, Lock> locks = new TreeMap<>();
    final TreeMap<String, Gates.Latch> latches = new TreeMap<>();
    final TreeMap<String, Gates.Barrier> barriers = new TreeMap<>();
    long arrivals;
    List<News> news = new ArrayList<>();
    /** Names that others hold now, or hold with other words. */
    Set<String> changed = new LinkedHashSet<>();

    private long index;
    private long time;
    private int ordinal;

    State(long epoch) {
        this.epoch = epoch;
    }

    void begin(long index, long time) {
        this.index = index;
        this.time = time;
        ordinal = 0;
        news = new ArrayList<>();
        changed = new LinkedHashSet<>();
    }

    long index() {
        return index;
    }

    long time() {
        return time;
    }

    /** Taken at the grant, never when a request joins a queue: a token is as young as the right it stands for. */
    FencingToken nextToken() {
        return new FencingToken(epoch, index, ordinal++);
    }

    /**
     * Differs from sessions of earlier epochs: in a log that began anew an index comes again, and whoever still has the
     * session of that number must not act in a stranger's. (Of an epoch the low half: the same comes again after 50 days, for
     * one millisecond.)
     */
    long nextSession() {
        return (epoch << 32) + (index & 0xffff_ffffL);
    }

    int names() {
        return locks.size() + latches.size() + barriers.size();
    }

    /** A request begins to wait, or to hold. */
    Request begin(LockCommand.Numbered command, Session session, List<Claim> claims, Request.Stage stage) {
        String party = command instanceof LockCommand.Acquire acquire ? acquire.party() : "";
        String note = command instanceof LockCommand.Acquire acquire ? acquire.note() : "";
        Request request = new Request(session, command.request(), claims, party, note, ++arrivals, stage);
        session.active.put(request.number, request);
        return request;
    }

    void limit(Request request, long waitMillis) {
        request.deadline = time + Math.min(waitMillis, Limits.WAIT_MILLIS_MAX);
        byDeadline.add(request);
    }

    void unlimit(Request request) {
        byDeadline.remove(request);
        request.deadline = Request.NEVER;
    }

    /** The request is over; where it stood is somebody else's to clear. */
    void finish(Request request, Outcome outcome) {
        unlimit(request);
        request.session.end(request.number, outcome);
    }

    /** As {@link #finish}, and whoever waits for it is told. */
    void finishAndTell(Request request, Outcome outcome) {
        finish(request, outcome);
        tell(request, new LockReply.Over(outcome));
    }

    void tell(Request request, LockReply reply) {
        news.add(new News(request.session.owner, request.session.id, request.number, reply));
    }

    /** A refusal is remembered: executed again, the request must not be granted when nobody knows of it any more. */
    LockReply refuse(Session session, LockCommand.Numbered command, String why) {
        session.end(command.request(), Outcome.REFUSED);
        return new LockReply.Refused(why);
    }

    LockReply full(Session session, LockCommand.Numbered command, String limit) {
        session.end(command.request(), Outcome.FULL);
        return new LockReply.Full(limit);
    }

    /** The holding request of that number; null when it does not hold. */
    static @Nullable Request holding(Session session, long number) {
        Request request = session.active.get(number);
        return request != null && request.stage == Request.Stage.HOLDING ? request : null;
    }
}

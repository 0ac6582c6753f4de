package io.capstan.raft.lock.core;

import io.capstan.raft.lock.FencingToken;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A table's whole state, as values: what a snapshot is written from, and a table made from. Queues are not in it: who
 * waits where, and in what order, follows from the requests.
 */
public record TableImage(
        long epoch,
        long arrivals,
        List<SessionImage> sessions,
        List<HoldImage> holds,
        List<LatchImage> latches,
        List<BarrierImage> barriers) {

    /** A session. */
    public record SessionImage(
            long id,
            String owner,
            long ttlMillis,
            long renewal,
            long renewedAt,
            long settled,
            Map<Long, Outcome> over,
            List<Long> revoked,
            List<RequestImage> requests) {}

    /** A request that holds or waits; {@code stage} is the code of its stage. */
    public record RequestImage(
            long number,
            List<Claim> claims,
            String party,
            String note,
            long arrival,
            int stage,
            long deadline,
            boolean signalled,
            String place,
            @Nullable FencingToken token,
            List<Long> suspended) {}

    /** A party's part of a lock. */
    public record HoldImage(
            String name,
            int capacity,
            long session,
            String party,
            int units,
            FencingToken token,
            long since,
            List<Long> requests) {}

    /** A latch that is not open. */
    public record LatchImage(String name, long maker, long count) {}

    /** A barrier at which somebody waits. */
    public record BarrierImage(String name, int parties) {}

    static TableImage of(State state) {
        List<SessionImage> sessions = new ArrayList<>(state.sessions.size());
        for (Session s : state.sessions.values()) {
            sessions.add(new SessionImage(
                    s.id,
                    s.owner,
                    s.ttlMillis,
                    s.renewal,
                    s.renewedAt,
                    s.settled,
                    new TreeMap<>(s.over),
                    List.copyOf(s.revoked),
                    s.active.values().stream().map(TableImage::of).toList()));
        }
        List<HoldImage> holds = new ArrayList<>();
        for (Lock lock : state.locks.values()) {
            for (Lock.Hold h : lock.holds.values()) {
                holds.add(new HoldImage(
                        lock.name,
                        lock.capacity,
                        h.session().id,
                        h.party(),
                        h.units(),
                        h.token(),
                        h.since(),
                        List.copyOf(h.requests())));
            }
        }
        List<LatchImage> latches = new ArrayList<>();
        state.latches.forEach((name, latch) -> latches.add(new LatchImage(name, latch.maker.id, latch.count)));
        List<BarrierImage> barriers = new ArrayList<>();
        state.barriers.forEach((name, barrier) -> barriers.add(new BarrierImage(name, barrier.parties())));
        return new TableImage(state.epoch, state.arrivals, sessions, holds, latches, barriers);
    }

    private static RequestImage of(Request r) {
        return new RequestImage(
                r.number,
                r.claims,
                r.party,
                r.note,
                r.arrival,
                r.stage.code,
                r.deadline,
                r.signalled,
                r.place,
                r.token,
                List.copyOf(r.suspended));
    }

    /** Fills an empty state. Its epoch stays, unless the image's is higher: no token may fall. */
    void into(State state) {
        state.epoch = Math.max(state.epoch, epoch);
        state.arrivals = arrivals;
        List<Request> requests = new ArrayList<>();
        for (SessionImage image : sessions) {
            requests.addAll(session(state, image));
        }
        for (HoldImage h : holds) {
            state.locks
                    .computeIfAbsent(h.name(), name -> new Lock(name, h.capacity()))
                    .add(new Lock.Hold(
                            known(state, h.session()),
                            h.party(),
                            h.units(),
                            h.token(),
                            h.since(),
                            new TreeSet<>(h.requests())));
        }
        for (LatchImage latch : latches) {
            Session maker = known(state, latch.maker());
            maker.latches.add(latch.name());
            state.latches.put(latch.name(), new Gates.Latch(maker, latch.count()));
        }
        for (BarrierImage barrier : barriers) {
            state.barriers.put(barrier.name(), new Gates.Barrier(barrier.parties(), new LinkedHashSet<>()));
        }
        requests.sort(Comparator.comparingLong(request -> request.arrival));
        requests.forEach(request -> place(state, request));
    }

    private static Session known(State state, long id) {
        Session session = state.sessions.get(id);
        if (session == null) {
            throw new IllegalArgumentException("the image names a session that it does not hold: " + id);
        }
        return session;
    }

    private static List<Request> session(State state, SessionImage image) {
        Session session = new Session(image.id(), image.owner(), image.ttlMillis());
        session.renewal = image.renewal();
        session.renewedAt = image.renewedAt();
        session.settled = image.settled();
        session.over.putAll(image.over());
        session.revoked.addAll(image.revoked());
        for (RequestImage r : image.requests()) {
            Request.Stage stage = Request.Stage.of(r.stage());
            Request request = new Request(session, r.number(), r.claims(), r.party(), r.note(), r.arrival(), stage);
            request.deadline = r.deadline();
            request.signalled = r.signalled();
            request.place = r.place();
            request.token = r.token();
            request.suspended.addAll(r.suspended());
            session.active.put(request.number, request);
        }
        state.sessions.put(session.id, session);
        state.byDue.add(session);
        return List.copyOf(session.active.values());
    }

    /** Puts a request where it waits, behind those that came before. */
    private static void place(State state, Request request) {
        if (request.deadline != Request.NEVER) {
            state.byDeadline.add(request);
        }
        for (long number : request.suspended) {
            Request entered = request.session.active.get(number);
            if (entered != null) {
                entered.with = request;
            }
        }
        switch (request.stage) {
            case QUEUED, CONDITION -> {
                for (Claim claim : request.claims) {
                    Lock lock = state.locks.computeIfAbsent(claim.name(), name -> new Lock(name, claim.capacity()));
                    if (request.stage == Request.Stage.QUEUED) {
                        lock.queue.add(request);
                    } else {
                        lock.conditions
                                .computeIfAbsent(request.place, place -> new LinkedHashSet<>())
                                .add(request);
                    }
                }
            }
            case LATCH -> {
                Gates.Latch latch = state.latches.get(request.place);
                if (latch != null) {
                    latch.waiters.add(request);
                }
            }
            case BARRIER -> {
                Gates.Barrier barrier = state.barriers.get(request.place);
                if (barrier != null) {
                    barrier.waiters().add(request);
                }
            }
            case HOLDING, SUSPENDED -> {}
        }
    }
}

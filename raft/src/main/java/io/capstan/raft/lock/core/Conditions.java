package io.capstan.raft.lock.core;

import io.capstan.raft.lock.core.Request.Stage;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Waiting for what only another holder of the lock can bring about. */
final class Conditions {
    private final State state;
    private final Grants grants;
    private final Consumer<Session> ending;

    Conditions(State state, Grants grants, Consumer<Session> ending) {
        this.state = state;
        this.grants = grants;
        this.ending = ending;
    }

    LockReply await(Session session, LockCommand.Await await) {
        Request held = State.holding(session, await.held());
        Lock lock = lock(held);
        Lock.Hold hold = held == null || lock == null ? null : lock.holdOf(held);
        if (held == null || lock == null || hold == null) {
            return state.refuse(session, await, "only the holder of one exclusive lock can wait for its condition");
        }
        Request request = new Request(
                session, await.request(), held.claims, held.party, held.note, ++state.arrivals, Stage.CONDITION);
        session.active.put(request.number, request);
        request.place = await.condition();
        request.signalled = false;
        grants.free(lock, hold);
        hold.requests().remove(held.number);
        state.finish(held, Outcome.DONE);
        for (long number : hold.requests()) {
            Request entered = session.active.get(number);
            if (entered != null) {
                entered.stage = Stage.SUSPENDED;
                entered.token = null;
                entered.with = request;
                request.suspended.add(number);
            }
        }
        lock.conditions
                .computeIfAbsent(request.place, place -> new LinkedHashSet<>())
                .add(request);
        state.limit(request, await.waitMillis());
        return grants.answer(request);
    }

    private @Nullable Lock lock(@Nullable Request held) {
        boolean one =
                held != null && held.claims.size() == 1 && held.claims.get(0).isExclusive();
        return held == null || !one ? null : state.locks.get(held.claims.get(0).name());
    }

    LockReply signal(Session session, LockCommand.Signal signal) {
        Lock lock = lock(State.holding(session, signal.held()));
        if (lock == null) {
            return state.refuse(session, signal, "only the holder of the lock can signal its condition");
        }
        LinkedHashSet<Request> waiting = lock.conditions.get(signal.condition());
        int left = signal.count();
        while (left > 0 && waiting != null && !waiting.isEmpty()) {
            Request first = waiting.iterator().next();
            // A signal must not be lost to one who is gone.
            if (first.session.isOverdue(state.time())) {
                ending.accept(first.session);
            } else if (state.time() > first.deadline) {
                back(first, false);
            } else {
                back(first, true);
                left--;
            }
        }
        session.end(signal.request(), Outcome.DONE);
        return new LockReply.Over(Outcome.DONE);
    }

    /** From the condition to the lock's queue, to wait there for as long as it takes. */
    void back(Request request, boolean signalled) {
        leave(request);
        state.unlimit(request);
        request.signalled = signalled;
        request.stage = Stage.QUEUED;
        request.arrival = ++state.arrivals;
        grants.enqueue(request);
    }

    /** The request waits for its condition no longer. */
    void leave(Request request) {
        Lock lock = state.locks.get(request.claims.get(0).name());
        LinkedHashSet<Request> waiting = lock == null ? null : lock.conditions.get(request.place);
        if (lock != null && waiting != null) {
            waiting.remove(request);
            if (waiting.isEmpty()) {
                lock.conditions.remove(request.place);
            }
            grants.touch(lock);
        }
    }

    /** Whoever was to come back with this request comes back no more. */
    void abandon(Request request, Outcome outcome) {
        Iterator<Long> suspended = request.suspended.iterator();
        while (suspended.hasNext()) {
            Request entered = request.session.active.get(suspended.next());
            suspended.remove();
            if (entered != null) {
                state.finish(entered, outcome);
            }
        }
    }
}

package io.capstan.raft.lock.core;

import io.capstan.raft.lock.core.Request.Stage;
import java.util.LinkedHashSet;
import java.util.List;

/** Latches and barriers: many wait for one moment. */
final class Gates {
    /** Breaks when its maker is gone: nobody else knows what it was to count. */
    static final class Latch {
        final Session maker;
        final LinkedHashSet<Request> waiters = new LinkedHashSet<>();
        long count;

        Latch(Session maker, long count) {
            this.maker = maker;
            this.count = count;
        }
    }

    /** Exists while somebody waits at it. */
    record Barrier(int parties, LinkedHashSet<Request> waiters) {}

    private final State state;

    Gates(State state) {
        this.state = state;
    }

    private boolean isFull() {
        return state.names() >= Limits.NAMES_MAX;
    }

    LockReply make(Session session, LockCommand.MakeLatch make) {
        if (make.count() < 1 || state.latches.containsKey(make.name())) {
            return state.refuse(session, make, "a latch counts from 1 up, and there is none of that name yet");
        }
        if (isFull()) {
            return state.full(session, make, "there are " + Limits.NAMES_MAX + " names in use already");
        }
        state.latches.put(make.name(), new Latch(session, make.count()));
        session.latches.add(make.name());
        return done(session, make);
    }

    private static LockReply done(Session session, LockCommand.Numbered command) {
        session.end(command.request(), Outcome.DONE);
        return new LockReply.Over(Outcome.DONE);
    }

    LockReply countDown(Session session, LockCommand.CountDown command) {
        Latch latch = state.latches.get(command.name());
        if (latch != null && --latch.count == 0) {
            open(command.name(), latch, Outcome.CAME);
        }
        return done(session, command);
    }

    private void open(String name, Latch latch, Outcome outcome) {
        state.latches.remove(name);
        latch.maker.latches.remove(name);
        latch.waiters.forEach(waiter -> state.finishAndTell(waiter, outcome));
    }

    LockReply await(Session session, LockCommand.AwaitLatch await) {
        Latch latch = state.latches.get(await.name());
        if (latch == null) {
            return done(session, await);
        }
        if (latch.waiters.size() >= Limits.WAITERS_PER_NAME_MAX) {
            return state.full(session, await, Limits.WAITERS_PER_NAME_MAX + " wait for " + await.name());
        }
        latch.waiters.add(waiter(session, await, await.name(), Stage.LATCH, await.waitMillis()));
        return new LockReply.Waiting(latch.maker.owner);
    }

    private Request waiter(Session session, LockCommand.Numbered command, String place, Stage stage, long waitMillis) {
        Request request = state.begin(command, session, List.of(), stage);
        request.place = place;
        state.limit(request, waitMillis);
        return request;
    }

    LockReply arrive(Session session, LockCommand.Arrive arrive) {
        Barrier barrier = state.barriers.get(arrive.name());
        if (arrive.parties() < 1
                || arrive.parties() > Limits.WAITERS_PER_NAME_MAX
                || (barrier != null && barrier.parties() != arrive.parties())) {
            return state.refuse(
                    session,
                    arrive,
                    "a barrier has 1 to " + Limits.WAITERS_PER_NAME_MAX + " parties, and all name the same number");
        }
        if (barrier == null && isFull()) {
            return state.full(session, arrive, "there are " + Limits.NAMES_MAX + " names in use already");
        }
        int waiting = barrier == null ? 0 : barrier.waiters().size();
        if (waiting + 1 == arrive.parties()) {
            if (barrier != null) {
                end(arrive.name(), barrier, Outcome.CAME);
            }
            return done(session, arrive);
        }
        Barrier joined = barrier == null ? new Barrier(arrive.parties(), new LinkedHashSet<>()) : barrier;
        state.barriers.put(arrive.name(), joined);
        joined.waiters().add(waiter(session, arrive, arrive.name(), Stage.BARRIER, arrive.waitMillis()));
        return new LockReply.Waiting("");
    }

    private void end(String name, Barrier barrier, Outcome outcome) {
        state.barriers.remove(name);
        barrier.waiters().forEach(waiter -> state.finishAndTell(waiter, outcome));
    }

    /** One who waits at a gate leaves. A barrier is broken by that, for all must arrive together. */
    void leave(Request request) {
        if (request.stage == Stage.LATCH) {
            Latch latch = state.latches.get(request.place);
            if (latch != null) {
                latch.waiters.remove(request);
            }
        } else {
            Barrier barrier = state.barriers.get(request.place);
            if (barrier != null && barrier.waiters().remove(request)) {
                end(request.place, barrier, Outcome.BROKEN);
            }
        }
    }

    /** The latches of a session that ends. */
    void breakLatches(Session session) {
        for (String name : List.copyOf(session.latches)) {
            Latch latch = state.latches.get(name);
            if (latch != null) {
                open(name, latch, Outcome.BROKEN);
            }
        }
    }
}

package io.capstan.raft.lock.core;

import io.capstan.raft.lock.FencingToken;
import io.capstan.raft.lock.core.Request.Stage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who holds what. A request for several names stands in all their queues from one entry on, and is granted when it is
 * first in all: it never holds one name while it waits for another, so such requests cannot block each other for ever.
 */
final class Grants {
    private final State state;
    private final Consumer<Session> ending;
    private final ArrayDeque<Lock> changed = new ArrayDeque<>();

    /** {@code ending} ends a session found overdue. */
    Grants(State state, Consumer<Session> ending) {
        this.state = state;
        this.ending = ending;
    }

    LockReply acquire(Session session, LockCommand.Acquire acquire) {
        String unfit = unfit(acquire.claims());
        if (unfit != null) {
            return state.refuse(session, acquire, unfit);
        }
        int entered = 0;
        int fresh = 0;
        Lock busy = null;
        for (Claim claim : acquire.claims()) {
            Lock lock = state.locks.get(claim.name());
            if (lock == null) {
                fresh++;
                continue;
            }
            if (lock.capacity != claim.capacity()) {
                return state.refuse(session, acquire, claim.name() + " is in use with another number of permits");
            }
            if (lock.queue.size() >= Limits.WAITERS_PER_NAME_MAX) {
                return state.full(session, acquire, Limits.WAITERS_PER_NAME_MAX + " wait for " + claim.name());
            }
            if (!lock.queue.isEmpty() || !lock.fits(claim.units())) {
                busy = busy == null ? lock : busy;
            }
            Lock.Hold hold = lock.heldBy(session, acquire.party());
            if (hold != null && hold.units() < claim.units()) {
                return state.refuse(
                        session,
                        acquire,
                        "a reader of " + claim.name() + " cannot become its writer: release it first");
            }
            entered += hold == null ? 0 : 1;
        }
        if (entered == acquire.claims().size()) {
            return enter(session, acquire);
        }
        if (entered > 0) {
            return state.refuse(session, acquire, "the same party holds some of these names already");
        }
        if (state.names() + fresh > Limits.NAMES_MAX) {
            return state.full(session, acquire, "there are " + Limits.NAMES_MAX + " names in use already");
        }
        if (busy != null && acquire.waitMillis() <= 0) {
            session.end(acquire.request(), Outcome.HELD);
            return new LockReply.Held(busy.holder());
        }
        Request request = state.begin(acquire, session, acquire.claims(), Stage.QUEUED);
        if (busy != null) {
            state.limit(request, acquire.waitMillis());
        }
        enqueue(request);
        settle();
        return answer(request);
    }

    private static @Nullable String unfit(List<Claim> claims) {
        if (claims.isEmpty() || claims.size() > Limits.CLAIMS_MAX) {
            return "a request claims 1 to " + Limits.CLAIMS_MAX + " names";
        }
        String before = "";
        for (Claim claim : claims) {
            int bytes = claim.name().getBytes(StandardCharsets.UTF_8).length;
            if (bytes > Limits.NAME_BYTES_MAX || claim.name().compareTo(before) <= 0) {
                return "names have 1 to " + Limits.NAME_BYTES_MAX + " bytes, and come in order, each once";
            }
            if (claim.units() < 1 || claim.units() > claim.capacity()) {
                return "there are " + claim.capacity() + " permits of " + claim.name() + ", not " + claim.units();
            }
            before = claim.name();
        }
        return null;
    }

    private LockReply enter(Session session, LockCommand.Acquire acquire) {
        Request request = state.begin(acquire, session, acquire.claims(), Stage.HOLDING);
        FencingToken highest = null;
        for (Claim claim : acquire.claims()) {
            Lock lock = state.locks.get(claim.name());
            Lock.Hold hold = lock == null ? null : lock.heldBy(session, acquire.party());
            if (hold != null) {
                hold.requests().add(request.number);
                highest = highest == null || hold.token().compareTo(highest) > 0 ? hold.token() : highest;
            }
        }
        request.token = highest;
        return answer(request);
    }

    /** Behind all who wait for the same names. */
    void enqueue(Request request) {
        for (Claim claim : request.claims) {
            Lock lock = state.locks.computeIfAbsent(claim.name(), name -> new Lock(name, claim.capacity()));
            lock.queue.add(request);
            changed.add(lock);
        }
    }

    LockReply answer(Request request) {
        FencingToken token = request.token;
        if (request.stage == Stage.HOLDING && token != null) {
            return new LockReply.Granted(token, request.signalled);
        }
        return new LockReply.Waiting(holder(request));
    }

    private String holder(Request request) {
        for (Claim claim : request.claims) {
            Lock lock = state.locks.get(claim.name());
            if (lock != null && !lock.holds.isEmpty()) {
                return lock.holder();
            }
        }
        return "";
    }

    /** The request does not wait for its names any more. */
    void leaveQueues(Request request) {
        for (Claim claim : request.claims) {
            Lock lock = state.locks.get(claim.name());
            if (lock != null && lock.queue.remove(request)) {
                changed.add(lock);
            }
        }
    }

    /** The request does not hold its names any more; its party may, having entered them more than once. */
    void free(Request request) {
        for (Claim claim : request.claims) {
            Lock lock = state.locks.get(claim.name());
            Lock.Hold hold = lock == null ? null : lock.holdOf(request);
            if (lock != null && hold != null && hold.requests().remove(request.number)) {
                state.changed.add(lock.name);
                if (hold.requests().isEmpty()) {
                    lock.remove(hold);
                    changed.add(lock);
                }
            }
        }
    }

    /** The lock as a whole is given up. */
    void free(Lock lock, Lock.Hold hold) {
        lock.remove(hold);
        state.changed.add(lock.name);
        changed.add(lock);
    }

    /** The lock is looked at again: it may be idle. */
    void touch(Lock lock) {
        changed.add(lock);
    }

    /** Grants what was freed to whoever comes first and lives. A loop, so that no chain of endings runs deep. */
    void settle() {
        while (!changed.isEmpty()) {
            Lock lock = changed.remove();
            Request first = lock.first();
            while (first != null && advance(first)) {
                first = lock.first();
            }
            if (lock.isIdle()) {
                state.locks.remove(lock.name, lock);
            }
        }
    }

    /** Grants the first of a queue, or ends it. False when its turn has not come. */
    private boolean advance(Request first) {
        // Its liveness is decided in the entry of the grant (etcd#11456: granted after its own lease had expired).
        if (first.session.isOverdue(state.time())) {
            ending.accept(first.session);
            return true;
        }
        if (state.time() > first.deadline) {
            leaveQueues(first);
            state.finishAndTell(first, Outcome.TIMED_OUT);
            return true;
        }
        for (Claim claim : first.claims) {
            Lock lock = state.locks.get(claim.name());
            if (lock == null || lock.first() != first || !lock.fits(claim.units())) {
                return false;
            }
        }
        grant(first);
        return true;
    }

    private void grant(Request request) {
        leaveQueues(request);
        state.unlimit(request);
        request.stage = Stage.HOLDING;
        FencingToken token = state.nextToken();
        request.token = token;
        TreeSet<Long> requests = new TreeSet<>(request.suspended);
        requests.add(request.number);
        for (Claim claim : request.claims) {
            Lock lock = state.locks.get(claim.name());
            if (lock != null) {
                state.changed.add(lock.name);
                lock.add(new Lock.Hold(
                        request.session, request.party, claim.units(), token, state.time(), new TreeSet<>(requests)));
            }
        }
        for (long number : request.suspended) {
            Request back = request.session.active.get(number);
            if (back != null) {
                back.stage = Stage.HOLDING;
                back.token = token;
                back.with = null;
            }
        }
        request.suspended.clear();
        state.tell(request, answer(request));
    }
}

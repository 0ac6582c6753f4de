package io.capstan.raft.lock.core;

import io.capstan.raft.lock.LockStatus;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the table tells whoever asks; nothing here changes it. */
final class Answers {
    private static final int FIXED_CHARS = 16;

    private final State state;
    private final Grants grants;

    Answers(State state, Grants grants) {
        this.state = state;
        this.grants = grants;
    }

    /** Whether the answer to the query would be that nothing has happened yet. */
    boolean isToWait(LockQuery query) {
        if (query instanceof LockQuery.Poll poll) {
            Session session = state.sessions.get(poll.session());
            Request request = session == null ? null : session.active.get(poll.request());
            return request != null && grants.answer(request) instanceof LockReply.Waiting;
        }
        return query instanceof LockQuery.LookAgain look
                && holders(state.locks.get(look.name())).equals(look.seen());
    }

    /** Answers without changing anything. */
    LockReply to(LockQuery query) {
        if (query instanceof LockQuery.Poll poll) {
            Session session = state.sessions.get(poll.session());
            if (session == null) {
                return new LockReply.NoSession();
            }
            Request request = session.active.get(poll.request());
            Outcome outcome = session.outcome(poll.request());
            return request != null
                    ? grants.answer(request)
                    : new LockReply.Over(outcome == null ? Outcome.RELEASED : outcome);
        }
        if (query instanceof LockQuery.Overview overview) {
            List<LockStatus> page = new ArrayList<>();
            Iterator<Lock> rest =
                    state.locks.tailMap(overview.after(), false).values().iterator();
            int bytes = 0;
            while (rest.hasNext()
                    && page.size() < Math.min(overview.max(), Limits.PAGE_MAX)
                    && bytes < Limits.PAGE_BYTES_MAX) {
                LockStatus next = status(rest.next());
                page.add(next);
                bytes += bytesMax(next);
            }
            return new LockReply.Page(page);
        }
        if (query instanceof LockQuery.Look look) {
            return look(look.name());
        }
        if (query instanceof LockQuery.LookAgain look) {
            return look(look.name());
        }
        throw new IllegalStateException("unknown query " + query.getClass());
    }

    private LockReply look(String name) {
        Lock lock = state.locks.get(name);
        return new LockReply.Page(lock == null ? List.of() : List.of(status(lock)));
    }

    private static List<LockStatus.Holder> holders(@Nullable Lock lock) {
        return lock == null
                ? List.of()
                : lock.holds.values().stream()
                        .limit(Limits.SHOWN_MAX)
                        .map(hold -> new LockStatus.Holder(
                                hold.session().owner,
                                hold.party(),
                                note(hold),
                                hold.token(),
                                hold.since(),
                                hold.units()))
                        .toList();
    }

    private LockStatus status(Lock lock) {
        List<String> waiters = lock.queue.stream()
                .limit(Limits.SHOWN_MAX)
                .map(request -> request.session.owner)
                .toList();
        return new LockStatus(lock.name, holders(lock), waiters, lock.queue.size(), state.time());
    }

    /** So many bytes it takes at most; of one lock below 16 KiB. */
    private static int bytesMax(LockStatus lock) {
        int chars = lock.name().length();
        for (LockStatus.Holder holder : lock.holders()) {
            chars += holder.node().length()
                    + holder.party().length()
                    + holder.note().length()
                    + FIXED_CHARS;
        }
        for (String waiter : lock.waiters()) {
            chars += waiter.length() + 1;
        }
        return 3 * chars;
    }

    private static String note(Lock.Hold hold) {
        Request first = hold.session().active.get(hold.requests().first());
        return first == null ? "" : first.note;
    }
}

package io.capstan.raft.lock.core;

import io.capstan.raft.lock.FencingToken;
import io.capstan.raft.lock.LockStatus;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Sessions, holders and queues. Deterministic and total; time is log time, an argument.
 *
 * <p>Its limits are constants, not keys: they decide what an entry does, so all members must agree on them.
 */
public final class LockTable {
    /** Longest name of a lock, in bytes of UTF-8. */
    public static final int NAME_BYTES_MAX = 200;

    static final int SESSIONS_MAX = 100_000;
    static final int REQUESTS_PER_SESSION_MAX = 10_000;

    // A page of locks must fit one frame.
    private static final int PAGE_MAX = 50;
    private static final int WAITERS_SHOWN_MAX = 10;

    private static final class Session {
        final long id;
        final String owner;
        final long ttlMillis;
        long renewal;
        long renewedAt;
        long settled;
        /** Requests that hold or wait, and what for. */
        final TreeMap<Long, String> active = new TreeMap<>();
        /** Requests from {@code settled} up that are over: executed again, they must not begin anew. */
        final TreeSet<Long> over = new TreeSet<>();

        Session(long id, String owner, long ttlMillis) {
            this.id = id;
            this.owner = owner;
            this.ttlMillis = ttlMillis;
        }

        long dueAt() {
            return renewedAt + ttlMillis;
        }

        boolean isOver(long request) {
            return request < settled || over.contains(request);
        }
    }

    private record Request(Session session, long number) {
        boolean is(Session other, long otherNumber) {
            return session == other && number == otherNumber;
        }
    }

    private record Grant(Request request, FencingToken token, long since) {}

    private static final class Lock {
        final String name;

        @Nullable
        Grant grant;

        final ArrayDeque<Request> queue = new ArrayDeque<>();

        Lock(String name) {
            this.name = name;
        }
    }

    private final long epoch;
    private final Map<Long, Session> sessions = new TreeMap<>();
    private final TreeSet<Session> byDue =
            new TreeSet<>(Comparator.comparingLong(Session::dueAt).thenComparingLong(session -> session.id));
    // Only locks that are held: a name used once leaves nothing behind, for tokens need no memory of names.
    private final TreeMap<String, Lock> locks = new TreeMap<>();
    private final ArrayDeque<Lock> freed = new ArrayDeque<>();

    // Of the entry that is executed.
    private long index;
    private long time;
    private int ordinal;

    /** An empty table of a group of that recovery epoch. */
    public LockTable(long epoch) {
        this.epoch = epoch;
    }

    /** A table that knows what another knew, in a group of that recovery epoch. */
    public LockTable(long epoch, LockImage image) {
        this(epoch);
        for (LockImage.Session saved : image.sessions()) {
            Session session = new Session(saved.id(), saved.owner(), saved.ttlMillis());
            session.renewal = saved.renewal();
            session.renewedAt = saved.renewedAt();
            session.settled = saved.settled();
            session.active.putAll(saved.active());
            session.over.addAll(saved.over());
            sessions.put(session.id, session);
            byDue.add(session);
        }
        for (LockImage.Lock saved : image.locks()) {
            Lock lock = new Lock(saved.name());
            lock.grant = new Grant(request(saved.session(), saved.request()), saved.token(), saved.since());
            saved.queue().forEach(waiter -> lock.queue.add(request(waiter.session(), waiter.request())));
            locks.put(lock.name, lock);
        }
    }

    private Request request(long session, long number) {
        Session known = sessions.get(session);
        if (known == null) {
            throw new IllegalArgumentException("locks name session " + session + ", which is none");
        }
        return new Request(known, number);
    }

    /** What it knows now; between two commands every lock is held. */
    public LockImage image() {
        List<LockImage.Session> savedSessions = new ArrayList<>();
        for (Session session : sessions.values()) {
            savedSessions.add(new LockImage.Session(
                    session.id,
                    session.owner,
                    session.ttlMillis,
                    session.renewal,
                    session.renewedAt,
                    session.settled,
                    session.active,
                    List.copyOf(session.over)));
        }
        List<LockImage.Lock> savedLocks = new ArrayList<>();
        for (Lock lock : locks.values()) {
            Grant grant = Objects.requireNonNull(lock.grant, lock.name);
            List<LockImage.Waiter> queue = lock.queue.stream()
                    .map(waiting -> new LockImage.Waiter(waiting.session().id, waiting.number()))
                    .toList();
            savedLocks.add(new LockImage.Lock(
                    lock.name,
                    grant.request().session().id,
                    grant.request().number(),
                    grant.token(),
                    grant.since(),
                    queue));
        }
        return new LockImage(savedSessions, savedLocks);
    }

    /** Executes the command at {@code index}; {@code time} is its log time in milliseconds. */
    public LockReply execute(LockCommand command, long index, long time) {
        this.index = index;
        this.time = time;
        ordinal = 0;
        LockReply reply = reply(command);
        grantFreed();
        return reply;
    }

    private LockReply reply(LockCommand command) {
        if (command instanceof LockCommand.Acquire acquire) {
            return acquire(acquire);
        }
        if (command instanceof LockCommand.Release release) {
            return release(release);
        }
        if (command instanceof LockCommand.KeepAlive keepAlive) {
            return keepAlive(keepAlive);
        }
        if (command instanceof LockCommand.Open open) {
            return open(open);
        }
        if (command instanceof LockCommand.Close close) {
            Session session = sessions.get(close.session());
            if (session != null) {
                end(session);
            }
            return new LockReply.Done();
        }
        if (command instanceof LockCommand.Expire expire) {
            Session session = sessions.get(expire.session());
            // A leader that was deposed while it proposed this, or was slow, must not end a session renewed since.
            if (session != null && session.renewal == expire.renewal() && isOverdue(session)) {
                end(session);
            }
            return new LockReply.Done();
        }
        throw new IllegalStateException("unknown command " + command.getClass());
    }

    private LockReply open(LockCommand.Open open) {
        if (sessions.size() >= SESSIONS_MAX) {
            return new LockReply.Full("there are " + SESSIONS_MAX + " lock sessions already");
        }
        Session session = new Session(index, open.owner(), open.ttlMillis());
        sessions.put(index, session);
        renew(session);
        return new LockReply.Opened(index);
    }

    private void renew(Session session) {
        byDue.remove(session);
        session.renewal = index;
        session.renewedAt = time;
        byDue.add(session);
    }

    private LockReply keepAlive(LockCommand.KeepAlive keepAlive) {
        List<Long> gone = new ArrayList<>();
        for (long id : keepAlive.sessions()) {
            Session session = live(id);
            if (session == null) {
                gone.add(id);
            } else {
                renew(session);
            }
        }
        return new LockReply.Renewed(gone);
    }

    private boolean isOverdue(Session session) {
        return time > session.dueAt();
    }

    /** The session, unless it is overdue: then it ends here, before anything can be granted to it. */
    private @Nullable Session live(long id) {
        Session session = sessions.get(id);
        if (session != null && isOverdue(session)) {
            end(session);
            return null;
        }
        return session;
    }

    private LockReply acquire(LockCommand.Acquire acquire) {
        Session session = live(acquire.session());
        // What that may have freed goes to whoever waited for it before us.
        grantFreed();
        if (session == null) {
            return new LockReply.NoSession();
        }
        settle(session, acquire.settled());
        if (session.isOver(acquire.request())) {
            return new LockReply.Over();
        }
        Lock lock = locks.get(acquire.name());
        if (lock != null && session.active.containsKey(acquire.request())) {
            return state(lock, session, acquire.request());
        }
        if (lock != null && !acquire.queue()) {
            session.over.add(acquire.request());
            return new LockReply.Held(holder(lock));
        }
        if (session.active.size() >= REQUESTS_PER_SESSION_MAX) {
            return new LockReply.Full("a session holds or waits for " + REQUESTS_PER_SESSION_MAX + " locks already");
        }
        if (lock == null) {
            lock = new Lock(acquire.name());
            locks.put(acquire.name(), lock);
            freed.add(lock);
        }
        session.active.put(acquire.request(), acquire.name());
        lock.queue.add(new Request(session, acquire.request()));
        grantFreed();
        return state(lock, session, acquire.request());
    }

    private static void settle(Session session, long settled) {
        session.settled = Math.max(session.settled, settled);
        session.over.headSet(session.settled).clear();
    }

    private static LockReply state(Lock lock, Session session, long request) {
        Grant grant = lock.grant;
        return grant != null && grant.request().is(session, request)
                ? new LockReply.Granted(grant.token())
                : new LockReply.Waiting(holder(lock));
    }

    private static String holder(Lock lock) {
        Grant grant = lock.grant;
        return grant == null ? "" : grant.request().session().owner;
    }

    private LockReply release(LockCommand.Release release) {
        Session session = live(release.session());
        if (session == null) {
            return new LockReply.NoSession();
        }
        if (session.isOver(release.request())) {
            return new LockReply.Done();
        }
        String name = session.active.remove(release.request());
        // Also when it is unknown: an acquire of it that is still under way must find it over.
        session.over.add(release.request());
        if (name != null) {
            leave(name, session, release.request());
        }
        return new LockReply.Done();
    }

    private void leave(String name, Session session, long request) {
        Lock lock = locks.get(name);
        if (lock == null) {
            return;
        }
        Grant grant = lock.grant;
        if (grant != null && grant.request().is(session, request)) {
            lock.grant = null;
            freed.add(lock);
        } else {
            lock.queue.removeIf(waiting -> waiting.is(session, request));
        }
    }

    private void end(Session session) {
        sessions.remove(session.id);
        byDue.remove(session);
        session.active.forEach((request, name) -> leave(name, session, request));
    }

    /** Grants what was freed to the first who waits and lives. A loop, so that no chain of endings runs deep. */
    private void grantFreed() {
        while (!freed.isEmpty()) {
            Lock lock = freed.remove();
            while (lock.grant == null && !lock.queue.isEmpty()) {
                Request next = lock.queue.remove();
                if (isOverdue(next.session())) {
                    end(next.session());
                } else {
                    lock.grant = new Grant(next, new FencingToken(epoch, index, ordinal++), time);
                }
            }
            if (lock.grant == null) {
                locks.remove(lock.name, lock);
            }
        }
    }

    /** The next expiry, and when it is due. */
    public Optional<Due> due() {
        if (byDue.isEmpty()) {
            return Optional.empty();
        }
        Session first = byDue.first();
        return Optional.of(new Due(first.dueAt() + 1, new LockCommand.Expire(first.id, first.renewal)));
    }

    /** A command that is due once log time has reached {@code time}. */
    public record Due(long time, LockCommand.Expire command) {}

    /** Answers without changing anything. */
    public LockReply answer(LockQuery query) {
        if (query instanceof LockQuery.Poll poll) {
            Session session = sessions.get(poll.session());
            if (session == null) {
                return new LockReply.NoSession();
            }
            Lock lock = locks.get(poll.name());
            return lock == null || !session.active.containsKey(poll.request())
                    ? new LockReply.Over()
                    : state(lock, session, poll.request());
        }
        if (query instanceof LockQuery.Overview overview) {
            List<LockStatus> page = new ArrayList<>();
            Iterator<Lock> rest =
                    locks.tailMap(overview.after(), false).values().iterator();
            while (rest.hasNext() && page.size() < Math.min(overview.max(), PAGE_MAX)) {
                status(rest.next()).ifPresent(page::add);
            }
            return new LockReply.Page(page);
        }
        throw new IllegalStateException("unknown query " + query.getClass());
    }

    private static Optional<LockStatus> status(Lock lock) {
        Grant grant = lock.grant;
        if (grant == null) {
            return Optional.empty();
        }
        List<String> waiters = lock.queue.stream()
                .limit(WAITERS_SHOWN_MAX)
                .map(request -> request.session().owner)
                .toList();
        return Optional.of(new LockStatus(lock.name, holder(lock), grant.token(), grant.since(), waiters));
    }
}

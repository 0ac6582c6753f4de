package io.capstan.raft.lock.core;

import io.capstan.raft.lock.FencingToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sessions, holders and queues. Deterministic and total; time is log time, an argument.
 *
 * <p>Commands are told apart here; {@link Grants}, {@link Conditions} and {@link Gates} decide.
 */
public final class LockTable {
    // A reply must fit one frame; what is left is told with the next renewal.
    private static final int REVOKED_PER_REPLY_MAX = 500;

    private final State state;
    private final Grants grants;
    private final Conditions conditions;
    private final Gates gates;
    private final Answers answers;

    /** An empty table of a group of that recovery epoch. */
    public LockTable(long epoch) {
        state = new State(epoch);
        grants = new Grants(state, this::end);
        conditions = new Conditions(state, grants, this::end);
        gates = new Gates(state);
        answers = new Answers(state, grants);
    }

    /** The table as it was, in a group of that recovery epoch. */
    public static LockTable restore(long epoch, TableImage image) {
        LockTable table = new LockTable(epoch);
        image.into(table.state);
        return table;
    }

    /** The state as it is now; immutable. */
    public TableImage image() {
        return TableImage.of(state);
    }

    /** Executes the command at {@code index}; {@code time} is its log time in milliseconds. */
    public LockReply execute(LockCommand command, long index, long time) {
        state.begin(index, time);
        LockReply reply = reply(command);
        grants.settle();
        return reply;
    }

    /**
     * What the entry executed last has decided of requests that waited, in that order; its own too, which may be a repetition
     * of one that waits elsewhere.
     */
    public List<News> news() {
        return List.copyOf(state.news);
    }

    /** Names that since that entry others hold, or hold with other words. */
    public Set<String> changed() {
        return Set.copyOf(state.changed);
    }

    private LockReply reply(LockCommand command) {
        if (command instanceof LockCommand.Numbered numbered) {
            return once(numbered);
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
        if (command instanceof LockCommand.RunIfHeld run) {
            return runIfHeld(run);
        }
        if (command instanceof LockCommand.Proclaim proclaim) {
            return proclaim(proclaim);
        }
        if (command instanceof LockCommand.Close close) {
            Session session = state.sessions.get(close.session());
            if (session != null) {
                end(session);
            }
        } else if (command instanceof LockCommand.Expire expire) {
            Session session = state.sessions.get(expire.session());
            // A leader that was deposed while it proposed this, or was slow, must not end a session renewed since.
            if (session != null && session.renewal == expire.renewal() && session.isOverdue(state.time())) {
                end(session);
            }
        } else if (command instanceof LockCommand.EndWaits) {
            endWaits();
        } else if (command instanceof LockCommand.Force force) {
            force(force);
        } else {
            throw new IllegalStateException("unknown command " + command.getClass());
        }
        return new LockReply.Done();
    }

    /** What was executed before is answered from memory. */
    private LockReply once(LockCommand.Numbered command) {
        Session session = live(command.session());
        // What that may have freed goes to whoever waited for it before us.
        grants.settle();
        if (session == null) {
            return new LockReply.NoSession();
        }
        session.settle(command.settled());
        Request active = session.active.get(command.request());
        if (active != null) {
            return grants.answer(active);
        }
        Outcome outcome = session.outcome(command.request());
        if (outcome != null) {
            return new LockReply.Over(outcome);
        }
        if (session.active.size() + session.over.size() >= Limits.REQUESTS_PER_SESSION_MAX) {
            return new LockReply.Full(
                    "a session holds or waits for " + Limits.REQUESTS_PER_SESSION_MAX + " locks already");
        }
        return begin(session, command);
    }

    private LockReply begin(Session session, LockCommand.Numbered command) {
        if (command instanceof LockCommand.Acquire acquire) {
            return grants.acquire(session, acquire);
        }
        if (command instanceof LockCommand.Await await) {
            return conditions.await(session, await);
        }
        if (command instanceof LockCommand.Signal signal) {
            return conditions.signal(session, signal);
        }
        if (command instanceof LockCommand.MakeLatch make) {
            return gates.make(session, make);
        }
        if (command instanceof LockCommand.CountDown countDown) {
            return gates.countDown(session, countDown);
        }
        if (command instanceof LockCommand.AwaitLatch await) {
            return gates.await(session, await);
        }
        if (command instanceof LockCommand.Arrive arrive) {
            return gates.arrive(session, arrive);
        }
        throw new IllegalStateException("unknown command " + command.getClass());
    }

    private LockReply open(LockCommand.Open open) {
        if (state.sessions.size() >= Limits.SESSIONS_MAX) {
            return new LockReply.Full("there are " + Limits.SESSIONS_MAX + " lock sessions already");
        }
        long ttlMillis = Math.max(1, Math.min(open.ttlMillis(), Limits.WAIT_MILLIS_MAX));
        Session session = new Session(state.nextSession(), open.owner(), ttlMillis);
        state.sessions.put(session.id, session);
        renew(session);
        return new LockReply.Opened(session.id);
    }

    private void renew(Session session) {
        state.byDue.remove(session);
        session.renewal = state.index();
        session.renewedAt = state.time();
        state.byDue.add(session);
    }

    private LockReply keepAlive(LockCommand.KeepAlive keepAlive) {
        List<Long> gone = new ArrayList<>();
        List<LockReply.Revoked> revoked = new ArrayList<>();
        for (long id : keepAlive.sessions()) {
            Session session = live(id);
            if (session == null) {
                gone.add(id);
            } else {
                renew(session);
                session.revoked.stream()
                        .limit(REVOKED_PER_REPLY_MAX - revoked.size())
                        .forEach(request -> revoked.add(new LockReply.Revoked(id, request)));
            }
        }
        return new LockReply.Renewed(gone, revoked);
    }

    /** The session, unless it is overdue: then it ends here, before anything can be granted to it. */
    private @Nullable Session live(long id) {
        Session session = state.sessions.get(id);
        if (session != null && session.isOverdue(state.time())) {
            end(session);
            return null;
        }
        return session;
    }

    private LockReply release(LockCommand.Release release) {
        Session session = live(release.session());
        if (session == null) {
            return new LockReply.NoSession();
        }
        Request request = session.active.get(release.request());
        if (request != null) {
            end(request, Outcome.RELEASED);
        } else {
            // Also when it is unknown: an acquire of it that is still under way must find it over.
            session.end(release.request(), Outcome.RELEASED);
        }
        return new LockReply.Done();
    }

    /** A request ends wherever it stands. */
    private void end(Request request, Outcome outcome) {
        switch (request.stage) {
            case HOLDING -> grants.free(request);
            case QUEUED -> grants.leaveQueues(request);
            case CONDITION -> conditions.leave(request);
            case LATCH, BARRIER -> gates.leave(request);
            case SUSPENDED -> {
                if (request.with != null) {
                    request.with.suspended.remove(request.number);
                }
            }
        }
        conditions.abandon(request, outcome);
        state.finish(request, outcome);
    }

    private void end(Session session) {
        state.sessions.remove(session.id);
        state.byDue.remove(session);
        for (Request request : List.copyOf(session.active.values())) {
            if (session.active.containsKey(request.number)) {
                end(request, Outcome.RELEASED);
                state.tell(request, new LockReply.NoSession());
            }
        }
        gates.breakLatches(session);
        state.news.add(new News(session.owner, session.id, 0, new LockReply.NoSession()));
    }

    private void endWaits() {
        while (!state.byDeadline.isEmpty() && state.byDeadline.first().deadline < state.time()) {
            Request request = state.byDeadline.first();
            if (request.stage == Request.Stage.CONDITION) {
                conditions.back(request, false);
            } else {
                end(request, Outcome.TIMED_OUT);
                state.tell(request, new LockReply.Over(Outcome.TIMED_OUT));
            }
        }
    }

    private Lock.@Nullable Hold hold(String name, FencingToken token) {
        Lock lock = state.locks.get(name);
        return lock == null ? null : lock.holds.get(token);
    }

    private void force(LockCommand.Force force) {
        Lock.Hold hold = hold(force.name(), force.token());
        if (hold == null) {
            return;
        }
        for (long number : List.copyOf(hold.requests())) {
            Request request = hold.session().active.get(number);
            if (request != null) {
                end(request, Outcome.REVOKED);
                state.tell(request, new LockReply.Over(Outcome.REVOKED));
            }
        }
    }

    private LockReply runIfHeld(LockCommand.RunIfHeld run) {
        Lock.Hold hold = hold(run.name(), run.token());
        if (hold == null || live(hold.session().id) == null) {
            return new LockReply.NotHeld();
        }
        return run.command() instanceof LockCommand.RunIfHeld
                ? new LockReply.Refused("one condition is enough")
                : reply(run.command());
    }

    private LockReply proclaim(LockCommand.Proclaim proclaim) {
        Session session = live(proclaim.session());
        if (session == null) {
            return new LockReply.NoSession();
        }
        Request request = State.holding(session, proclaim.request());
        if (request == null) {
            return new LockReply.NotHeld();
        }
        request.note = proclaim.note();
        request.claims.forEach(claim -> state.changed.add(claim.name()));
        return new LockReply.Done();
    }

    /** What falls due next, and when. */
    public Optional<Due> due() {
        Due expiry = null;
        if (!state.byDue.isEmpty()) {
            Session first = state.byDue.first();
            expiry = new Due(first.dueAt() + 1, new LockCommand.Expire(first.id, first.renewal));
        }
        if (!state.byDeadline.isEmpty()) {
            long deadline = state.byDeadline.first().deadline + 1;
            if (expiry == null || deadline < expiry.time()) {
                return Optional.of(new Due(deadline, new LockCommand.EndWaits()));
            }
        }
        return Optional.ofNullable(expiry);
    }

    /** A command that is due once log time has reached {@code time}. */
    public record Due(long time, LockCommand command) {}

    /** Answers without changing anything. */
    public LockReply answer(LockQuery query) {
        return answers.to(query);
    }

    /** Whether the answer to the query would be that nothing has happened yet. */
    public boolean isToWait(LockQuery query) {
        return answers.isToWait(query);
    }
}

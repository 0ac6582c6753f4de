package io.capstan.registry.core.owner;

import io.capstan.actors.NodeId;
import io.capstan.raft.lock.FencingToken;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Sessions of nodes, and the owners of names. Deterministic and total; time is log time, an argument.
 *
 * <p>Its limits are constants, not keys: they decide what an entry does, so all members must agree on them.
 */
public final class OwnerTable {
    static final int SESSIONS_MAX = 10_000;
    static final int NAMES_MAX = 100_000;
    static final int RELEASED_MAX = 1_000;
    static final int CHANGES_MAX = 10_000;

    /** A page must fit one frame, whatever its entries have: 6.5 KiB at most each. */
    static final int PAGE = 32;

    private static final class Session {
        final long id;
        final NodeId node;
        final long ttlMillis;
        long renewal;
        long renewedAt;

        /** Claims up to this one come to nothing any more. */
        long over;

        /** Of those above it: these neither. */
        final TreeSet<Long> released = new TreeSet<>();

        final TreeSet<String> names = new TreeSet<>();

        Session(long id, NodeId node, long ttlMillis) {
            this.id = id;
            this.node = node;
            this.ttlMillis = ttlMillis;
        }

        long dueAt() {
            return renewedAt + ttlMillis;
        }
    }

    private final long epoch;
    private final TreeMap<Long, Session> sessions = new TreeMap<>();
    private final TreeSet<Session> byDue =
            new TreeSet<>(Comparator.comparingLong(Session::dueAt).thenComparingLong(session -> session.id));
    private final TreeMap<String, OwnerEntry> names = new TreeMap<>();
    private final ArrayDeque<OwnerReply.Change> changes = new ArrayDeque<>();

    /** How many changes there have been; each has its number. */
    private long changed;

    // Of the entry that is executed.
    private long index;
    private long time;

    /** An empty table of a group of that recovery epoch. */
    public OwnerTable(long epoch) {
        this.epoch = epoch;
    }

    /** A table that knows what another knew, in a group of that recovery epoch. What changed before is forgotten. */
    public OwnerTable(long epoch, OwnerImage image) {
        this(epoch);
        for (OwnerImage.Session saved : image.sessions()) {
            Session session = new Session(saved.id(), saved.node(), saved.ttlMillis());
            session.renewal = saved.renewal();
            session.renewedAt = saved.renewedAt();
            session.over = saved.over();
            session.released.addAll(saved.released());
            sessions.put(session.id, session);
            byDue.add(session);
        }
        for (OwnerEntry entry : image.entries()) {
            Session session = sessions.get(entry.session());
            if (session == null) {
                throw new IllegalArgumentException(
                        "\"" + entry.name() + "\" is of session " + entry.session() + ", which is none");
            }
            session.names.add(entry.name());
            names.put(entry.name(), entry);
        }
        changed = image.changed();
    }

    /** What it knows now. */
    public OwnerImage image() {
        List<OwnerImage.Session> saved = new ArrayList<>();
        for (Session session : sessions.values()) {
            saved.add(new OwnerImage.Session(
                    session.id,
                    session.node,
                    session.ttlMillis,
                    session.renewal,
                    session.renewedAt,
                    session.over,
                    List.copyOf(session.released)));
        }
        return new OwnerImage(changed, saved, List.copyOf(names.values()));
    }

    /** Executes the command at {@code index}; {@code time} is its log time in milliseconds. */
    public OwnerReply execute(OwnerCommand command, long index, long time) {
        this.index = index;
        this.time = time;
        if (command instanceof OwnerCommand.Claim claim) {
            return claim(claim);
        } else if (command instanceof OwnerCommand.Release release) {
            return release(release);
        } else if (command instanceof OwnerCommand.KeepAlive keepAlive) {
            Session session = live(keepAlive.session());
            if (session == null) {
                return new OwnerReply.NoSession();
            }
            renew(session);
            return new OwnerReply.Done(true);
        } else if (command instanceof OwnerCommand.Unregister unregister) {
            return new OwnerReply.Done(remove(unregister.name()));
        } else if (command instanceof OwnerCommand.Update update) {
            return update(update);
        } else if (command instanceof OwnerCommand.Open open) {
            return open(open);
        }
        return ending(command);
    }

    private OwnerReply ending(OwnerCommand command) {
        if (command instanceof OwnerCommand.Close close) {
            Session session = sessions.get(close.session());
            if (session != null) {
                end(session);
            }
            return new OwnerReply.Done(session != null);
        } else if (command instanceof OwnerCommand.Expire expire) {
            Session session = sessions.get(expire.session());
            // A leader that was deposed while it proposed this, or was slow, must not end a session renewed since.
            boolean ends = session != null && session.renewal == expire.renewal() && overdue(session);
            if (session != null && ends) {
                end(session);
            }
            return new OwnerReply.Done(ends);
        }
        throw new IllegalStateException("unknown command " + command.getClass());
    }

    private OwnerReply open(OwnerCommand.Open open) {
        if (sessions.size() >= SESSIONS_MAX) {
            return new OwnerReply.Full("there are " + SESSIONS_MAX + " sessions of consistent names already");
        }
        // Of two starts of one node only the later lives: what the former had is free at once.
        for (Session former : List.copyOf(sessions.values())) {
            if (former.node.name().equals(open.node().name())
                    && former.node.incarnation() < open.node().incarnation()) {
                end(former);
            }
        }
        Session session = new Session(index, open.node(), open.ttlMillis());
        sessions.put(index, session);
        renew(session);
        return new OwnerReply.Opened(index);
    }

    private void renew(Session session) {
        byDue.remove(session);
        session.renewal = index;
        session.renewedAt = time;
        byDue.add(session);
    }

    private boolean overdue(Session session) {
        return time > session.dueAt();
    }

    /** The session, unless it is overdue: then it ends here, before anything is given to it or refused for it. */
    private @Nullable Session live(long id) {
        Session session = sessions.get(id);
        if (session != null && overdue(session)) {
            end(session);
            return null;
        }
        return session;
    }

    private void end(Session session) {
        sessions.remove(session.id);
        byDue.remove(session);
        List.copyOf(session.names).forEach(this::remove);
    }

    private OwnerReply claim(OwnerCommand.Claim claim) {
        Session session = live(claim.session());
        if (session == null) {
            return new OwnerReply.NoSession();
        }
        if (claim.claim() <= session.over || session.released.contains(claim.claim())) {
            return new OwnerReply.Done(false);
        }
        OwnerEntry owner = names.get(claim.name());
        Session former = owner == null ? null : live(owner.session());
        if (owner != null && former != null && !claim.takeOver()) {
            return new OwnerReply.Taken(owner);
        }
        if (former == null && names.size() >= NAMES_MAX) {
            return new OwnerReply.Full("there are " + NAMES_MAX + " consistent names already");
        }
        if (former != null) {
            former.names.remove(claim.name());
        }
        OwnerEntry entry = new OwnerEntry(
                claim.name(),
                new FencingToken(epoch, index, 0),
                session.id,
                claim.claim(),
                session.node,
                claim.fenced(),
                claim.process(),
                claim.metadata(),
                index);
        session.names.add(claim.name());
        put(entry);
        return new OwnerReply.Granted(entry);
    }

    private OwnerReply release(OwnerCommand.Release release) {
        Session session = live(release.session());
        if (session == null) {
            return new OwnerReply.NoSession();
        }
        OwnerEntry owner = names.get(release.name());
        if (owner != null && owner.session() == session.id && owner.claim() == release.claim()) {
            return new OwnerReply.Done(remove(release.name()));
        }
        // Also when it is unknown: a claim that is still under way must come to nothing.
        session.released.add(release.claim());
        if (session.released.size() > RELEASED_MAX) {
            session.over = Math.max(session.over, session.released.pollFirst());
        }
        return new OwnerReply.Done(false);
    }

    private OwnerReply update(OwnerCommand.Update update) {
        OwnerEntry owner = names.get(update.name());
        if (owner == null) {
            return new OwnerReply.Done(false);
        }
        if (!owner.metadata().equals(update.expected())) {
            return new OwnerReply.Taken(owner);
        }
        OwnerEntry updated = owner.with(update.metadata(), index);
        put(updated);
        return new OwnerReply.Granted(updated);
    }

    private void put(OwnerEntry entry) {
        names.put(entry.name(), entry);
        remember(entry.name(), Optional.of(entry));
    }

    private boolean remove(String name) {
        OwnerEntry owner = names.remove(name);
        if (owner == null) {
            return false;
        }
        Session session = sessions.get(owner.session());
        if (session != null) {
            session.names.remove(name);
        }
        remember(name, Optional.empty());
        return true;
    }

    private void remember(String name, Optional<OwnerEntry> entry) {
        changes.add(new OwnerReply.Change(++changed, index, name, entry));
        if (changes.size() > CHANGES_MAX) {
            changes.remove();
        }
    }

    /** A command that is due once log time has reached {@code time}. */
    public record Due(long time, OwnerCommand.Expire command) {}

    /** The next expiry, and when it is due. */
    public Optional<Due> due() {
        if (byDue.isEmpty()) {
            return Optional.empty();
        }
        Session first = byDue.first();
        return Optional.of(new Due(first.dueAt() + 1, new OwnerCommand.Expire(first.id, first.renewal)));
    }

    /** Answers without changing anything. */
    public OwnerReply answer(OwnerQuery query) {
        if (query instanceof OwnerQuery.Find find) {
            return new OwnerReply.Found(Optional.ofNullable(names.get(find.name())));
        } else if (query instanceof OwnerQuery.Page page) {
            return new OwnerReply.Entries(
                    changed,
                    names.tailMap(page.after(), false).values().stream()
                            .limit(PAGE)
                            .toList());
        } else if (query instanceof OwnerQuery.Since since) {
            return since(since.after());
        }
        throw new IllegalStateException("unknown query " + query.getClass());
    }

    /** Whether a query has no answer yet: nothing has changed since. */
    public boolean isToWait(OwnerQuery query) {
        return query instanceof OwnerQuery.Since since && since.after() >= changed;
    }

    /** How many changes of owners there have been. */
    public long changes() {
        return changed;
    }

    private OwnerReply since(long after) {
        if (after >= changed) {
            return new OwnerReply.Changes(List.of(), false, false); // Whoever waited has done so for long enough.
        }
        if (after < changed - changes.size()) {
            return new OwnerReply.Changes(List.of(), false, true);
        }
        List<OwnerReply.Change> found = changes.stream()
                .skip(Math.max(0, after - (changed - changes.size())))
                .limit(PAGE)
                .toList();
        return new OwnerReply.Changes(found, after + found.size() < changed, false);
    }
}

package io.capstan.raft.internal.session;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The clients' sessions, and what was answered in them. Deterministic; time is log time, an argument.
 *
 * <p>Its limits are constants, not keys: they decide what an entry does, so all members must agree on them. Beyond them
 * the session that has been idle for longest ends, and the oldest replies are kept no longer; a client that comes back
 * for them is told that the outcome is unknown to it.
 */
public final class SessionTable {
    /** Sessions of one group: one for each node that writes to it. */
    public static final int SESSIONS_MAX = 4096;

    /** Commands of one session that its client has not called settled. */
    public static final int COMMANDS_PER_SESSION_MAX = 65_536;

    /** Bytes of all replies that are kept. */
    public static final long REPLY_BYTES_MAX = 64L * 1024 * 1024;

    private static final long TTL_MILLIS_MIN = 1_000;
    private static final long TTL_MILLIS_MAX = 24L * 3600 * 1000;

    /**
     * What was answered.
     *
     * @param bytes null when they are kept no longer
     * @param threw what the state machine threw, null when it did not
     */
    public record Reply(
            long index, byte @Nullable [] bytes, @Nullable String threw) {}

    /** What is to be done with a command. */
    public enum Verdict {
        /** It is executed now, and its reply {@link #executed}. */
        NEW,
        /** It was executed before; {@link #reply} has what was answered. */
        DONE,
        /** Its session is over, or it was called settled: whether it was executed is not known any more. */
        EXPIRED,
        /** Too much is unsettled in its session; nothing is done. */
        FULL
    }

    private static final class Session {
        final long epoch;
        final long id;
        final long ttlMillis;
        long usedAt;
        long settled;
        // By sequence; whoever needs an order sorts, for they come and go with every command, mostly in it.
        final Long2ObjectHashMap<Reply> replies = new Long2ObjectHashMap<>();
        /** No reply is of a higher one. */
        long highest;

        Session(long epoch, long id, long ttlMillis) {
            this.epoch = epoch;
            this.id = id;
            this.ttlMillis = ttlMillis;
        }

        long dueAt() {
            return usedAt + ttlMillis;
        }

        void put(long sequence, Reply reply) {
            replies.put(sequence, reply);
            highest = Math.max(highest, sequence);
        }

        NavigableMap<Long, Reply> inOrder() {
            return new TreeMap<>(replies);
        }
    }

    private record Key(long epoch, long id) {}

    private final Map<Key, Session> sessions = new HashMap<>();
    private final TreeSet<Session> byDue = new TreeSet<>(Comparator.comparingLong(Session::dueAt)
            .thenComparingLong(session -> session.epoch)
            .thenComparingLong(session -> session.id));
    private long replyBytes;
    // Whatever was due then is gone; many commands are of one millisecond.
    private long expiredAt = Long.MIN_VALUE;

    /** Opens the session of the entry {@code id}. */
    public void open(long epoch, long id, long ttlMillis, long time) {
        expire(time);
        if (sessions.size() >= SESSIONS_MAX) {
            end(byDue.first());
        }
        long clamped = Math.max(TTL_MILLIS_MIN, Math.min(TTL_MILLIS_MAX, ttlMillis));
        Session session = new Session(epoch, id, clamped);
        session.usedAt = time;
        add(session);
    }

    /** What is to be done with the command that a client has numbered so. */
    public Verdict begin(long epoch, long id, long sequence, long settled, long time) {
        expire(time);
        Session session = sessions.get(new Key(epoch, id));
        if (session == null) {
            return Verdict.EXPIRED;
        }
        if (session.usedAt != time) {
            byDue.remove(session);
            session.usedAt = time;
            byDue.add(session);
        }
        settle(session, settled);
        if (sequence < session.settled) {
            return Verdict.EXPIRED;
        }
        if (sequence <= session.highest && session.replies.containsKey(sequence)) {
            return Verdict.DONE;
        }
        return session.replies.size() >= COMMANDS_PER_SESSION_MAX ? Verdict.FULL : Verdict.NEW;
    }

    private void settle(Session session, long settled) {
        if (settled <= session.settled) {
            return;
        }
        if (settled - session.settled > session.replies.size()) {
            // A client may name any number.
            session.inOrder()
                    .headMap(settled)
                    .keySet()
                    .forEach(sequence -> forgotten(session.replies.remove(sequence)));
            session.settled = settled;
        }
        while (session.settled < settled) {
            forgotten(session.replies.remove(session.settled++));
        }
    }

    private void forgotten(@Nullable Reply reply) {
        replyBytes -= reply == null ? 0 : length(reply);
    }

    /** After {@link Verdict#NEW}. */
    public void executed(long epoch, long id, long sequence, Reply reply) {
        Session session = sessions.get(new Key(epoch, id));
        if (session != null) {
            session.put(sequence, reply);
            replyBytes += length(reply);
            forgetBeyondLimit();
        }
    }

    /** After {@link Verdict#DONE}. */
    public Reply reply(long epoch, long id, long sequence) {
        Session session = sessions.get(new Key(epoch, id));
        Reply reply = session == null ? null : session.replies.get(sequence);
        if (reply == null) {
            throw new IllegalStateException("nothing was answered to " + sequence + " of session " + id);
        }
        return reply;
    }

    /** The replies of whoever has been idle for longest go first, the oldest of them first. */
    private void forgetBeyondLimit() {
        if (replyBytes <= REPLY_BYTES_MAX) {
            return;
        }
        for (Session session : byDue) {
            for (Map.Entry<Long, Reply> kept : session.inOrder().entrySet()) {
                Reply reply = kept.getValue();
                replyBytes -= length(reply);
                session.replies.put(kept.getKey(), new Reply(reply.index(), null, reply.threw()));
                // Some more than has to be, or every command from now on would look at all that is forgotten already.
                if (replyBytes <= REPLY_BYTES_MAX / 4 * 3) {
                    return;
                }
            }
        }
    }

    private static long length(Reply reply) {
        byte[] bytes = reply.bytes();
        return bytes == null ? 0 : bytes.length;
    }

    private void expire(long time) {
        if (time == expiredAt) {
            return;
        }
        expiredAt = time;
        while (!byDue.isEmpty() && byDue.first().dueAt() < time) {
            end(byDue.first());
        }
    }

    private void end(Session session) {
        byDue.remove(session);
        sessions.remove(new Key(session.epoch, session.id));
        session.replies.values().forEach(reply -> replyBytes -= length(reply));
    }

    private void add(Session session) {
        sessions.put(new Key(session.epoch, session.id), session);
        byDue.add(session);
        session.replies.values().forEach(reply -> replyBytes += length(reply));
    }

    /** How many there are. */
    public int size() {
        return sessions.size();
    }

    /** Bytes of replies that are kept. */
    public long replyBytes() {
        return replyBytes;
    }

    /** A session at one moment; immutable. */
    public record Image(
            long epoch, long id, long ttlMillis, long usedAt, long settled, List<Long> sequences, List<Reply> replies) {
        public Image {
            sequences = List.copyOf(sequences);
            replies = List.copyOf(replies);
        }
    }

    /** All of it as it is now, in a fixed order. The bytes of the replies are shared: nobody writes into them. */
    public List<Image> image() {
        List<Image> images = new ArrayList<>(sessions.size());
        for (Session session : byDue) {
            NavigableMap<Long, Reply> replies = session.inOrder();
            images.add(new Image(
                    session.epoch,
                    session.id,
                    session.ttlMillis,
                    session.usedAt,
                    session.settled,
                    List.copyOf(replies.keySet()),
                    List.copyOf(replies.values())));
        }
        return images;
    }

    /** Forgets everything. */
    public void clear() {
        sessions.clear();
        byDue.clear();
        replyBytes = 0;
        expiredAt = Long.MIN_VALUE;
    }

    /** Adds a session as it was. */
    public void restore(Image image) {
        Session session = new Session(image.epoch(), image.id(), image.ttlMillis());
        session.usedAt = image.usedAt();
        session.settled = image.settled();
        for (int i = 0; i < image.sequences().size(); i++) {
            session.put(image.sequences().get(i), image.replies().get(i));
        }
        add(session);
    }
}

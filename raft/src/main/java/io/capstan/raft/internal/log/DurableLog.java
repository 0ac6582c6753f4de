package io.capstan.raft.internal.log;

import io.capstan.actors.internal.store.Store;
import io.capstan.actors.internal.store.Store.Change;
import io.capstan.actors.internal.store.StoreFailure;
import io.capstan.raft.core.Effect;
import io.capstan.raft.core.Entry;
import io.capstan.raft.core.HardState;
import io.capstan.raft.core.LogStore;
import io.capstan.raft.core.SnapshotMeta;
import io.capstan.raft.internal.wire.GroupId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One member's log in the node's store. Its terms are kept in memory as runs; its entries are read when asked for.
 *
 * <p>Not thread-safe: it belongs to its peer actor. What a {@code Persist} changes becomes visible here by {@link
 * #durable}, when the store has said so.
 */
public final class DurableLog implements LogStore {
    // Entries removed by one write, so that a long prefix holds up nobody else's.
    private static final int COMPACT_STEP = 64 * LogEntries.SPAN;

    private final Store store;
    private final LogKeys keys;
    private final long incarnation;
    private final long formerEpoch;
    private @Nullable LogDamage damage;
    // The ticket of a write that the store refused in part, 0 without one, and what is left of it.
    private long begun;
    private final ArrayDeque<List<Change>> pieces = new ArrayDeque<>();
    private boolean partWritten;
    private @Nullable GroupId group;
    private HardState hardState = HardState.BLANK;
    private SnapshotMeta snapshot = SnapshotMeta.NONE;
    private long firstIndex;
    private long lastIndex;
    // First index of a run of entries of one term, to that term.
    private final TreeMap<Long, Long> runs = new TreeMap<>();

    /**
     * Reads the log of {@code group}, or begins one.
     *
     * @param freshIncarnation taken, durably before anything else, if there is no log yet; at least 1
     * @throws io.capstan.raft.internal.wire.Malformed when a newer Capstan wrote it: this member must not take part. A damaged
     *     log is opened, and {@link #damage} tells.
     */
    public static DurableLog open(Store store, String group, long freshIncarnation) {
        return new DurableLog(store, new LogKeys(group), freshIncarnation);
    }

    private DurableLog(Store store, LogKeys keys, long freshIncarnation) {
        this.store = store;
        this.keys = keys;
        LogReading read = LogReading.of(store, keys);
        damage = read.damage();
        hardState = read.hardState();
        snapshot = read.snapshot();
        firstIndex = read.firstIndex();
        lastIndex = read.lastIndex();
        runs.putAll(read.runs());
        formerEpoch = read.formerEpoch();
        LogRecords.MemberRecord member = read.member();
        if (member != null) {
            incarnation = member.incarnation();
            group = member.group();
        } else {
            incarnation = freshIncarnation;
            if (damage == null) {
                Change losses = put(keys.losses(), LogRecords.losses(keys.losses(), store.losses()));
                store.write(List.of(stamp(freshIncarnation, null), losses), Silent.INSTANCE);
            }
        }
        if (damage != null && !read.damageKnown()) {
            remember(damage);
        }
    }

    private void remember(LogDamage found) {
        damage = found;
        try {
            store.writeVital(List.of(put(keys.damage(), LogRecords.damage(keys.damage(), found))), Silent.INSTANCE);
        } catch (StoreFailure refused) {
            // It is found again when it is read again.
        }
    }

    /** What is wrong with this log; null while it is sound. A member whose log is damaged keeps silent. */
    public @Nullable LogDamage damage() {
        return damage;
    }

    /** Which life of this member's disk it is. */
    public long incarnation() {
        return incarnation;
    }

    /** The highest recovery epoch of the members of this group that were here before and are forgotten; 0 for none. */
    public long formerEpoch() {
        return formerEpoch;
    }

    /** Which group it is in; null while it is in none. */
    public @Nullable GroupId group() {
        return group;
    }

    /**
     * Joins a group, for good. It is durable before anything that {@link #write} is given later: the store keeps the
     * order.
     *
     * @throws StoreFailure when the store has no room even for that now: it has not joined
     */
    public void join(GroupId joined) {
        if (group != null && !group.equals(joined)) {
            throw new IllegalStateException("a member of " + group + " cannot join " + joined);
        }
        store.writeVital(List.of(stamp(incarnation, joined)), Silent.INSTANCE);
        group = joined;
    }

    private Change stamp(long life, @Nullable GroupId of) {
        return put(keys.member(), LogRecords.member(keys.member(), new LogRecords.MemberRecord(life, of)));
    }

    /**
     * Begins a write: term, vote, what is removed and the first entries go in one atomic write (hashicorp#661,
     * openraft's io_ordering: an entry durable before its term is a lost commit), and if the store takes no write so
     * large, further entries in further ones: a part of them may be there after a crash, which promises nothing. Term
     * and vote alone may use the reserve of a full disk.
     *
     * @param completion told by the store's thread, of the whole
     * @throws StoreFailure as {@link Store#write}; to be called again with the same, and goes on where it was refused
     * @throws LogDamaged when the log is cut within a record that is damaged; {@link #damage} tells it from then on
     */
    public void write(Effect.Persist persist, Store.Completion completion) {
        if (begun != persist.ticket()) {
            begun = persist.ticket();
            pieces.clear();
            partWritten = false;
            cut(persist);
        }
        while (pieces.size() > 1) {
            store.write(pieces.element(), Silent.INSTANCE);
            pieces.remove();
            partWritten = true;
        }
        boolean vital = persist.entries().isEmpty() && persist.snapshot() == null && persist.truncateFrom() == 0;
        if (vital) {
            store.writeVital(pieces.element(), completion);
        } else {
            store.write(pieces.element(), completion);
        }
        begun = 0;
        pieces.clear();
    }

    /**
     * Writes term and vote alone, from the reserve, ahead of writes that the store has no room for; those must then be
     * given to {@link #write} without theirs, which are older.
     *
     * @throws StoreFailure as {@link Store#writeVital}
     */
    public void writeVote(HardState ahead, Store.Completion completion) {
        store.writeVital(List.of(put(keys.hardState(), LogRecords.hardState(keys.hardState(), ahead))), completion);
        if (!partWritten) {
            // Cut anew, without term and vote: they are in the first piece.
            begun = 0;
        }
    }

    private void cut(Effect.Persist persist) {
        List<Change> changes = new ArrayList<>();
        HardState changed = persist.hardState();
        if (changed != null) {
            changes.add(put(keys.hardState(), LogRecords.hardState(keys.hardState(), changed)));
        }
        SnapshotMeta replaced = persist.snapshot();
        if (replaced != null) {
            changes.add(put(keys.snapshot(), LogRecords.snapshot(keys.snapshot(), replaced)));
            changes.add(new Change.DeleteRange(LogKeys.SPACE, keys.entry(0), keys.entriesEnd()));
        }
        if (persist.truncateFrom() > 0) {
            changes.addAll(truncation(persist.truncateFrom()));
        }
        // Half of what the store takes: what stands before the entries fits beside them.
        long bytesMax = store.writeBytesMax() / 2;
        long bytes = 0;
        for (Change change : LogEntries.puts(keys, persist.entries(), store.writeBytesMax())) {
            if (bytes > 0 && bytes + change.bytes() > bytesMax) {
                pieces.add(changes);
                changes = new ArrayList<>();
                bytes = 0;
            }
            bytes += change.bytes();
            changes.add(change);
        }
        pieces.add(changes);
    }

    private List<Change> truncation(long from) {
        try {
            return LogEntries.truncation(store, keys, from);
        } catch (LogDamaged found) {
            remember(new LogDamage(String.valueOf(found.getMessage()), LogEntries.span(from) - 1));
            throw found;
        }
    }

    private static Change put(byte[] key, byte[] record) {
        return new Change.Put(LogKeys.SPACE, key, record);
    }

    /** Shows what {@link #write} made durable; in the order of the writes. */
    public void durable(Effect.Persist persist) {
        HardState changed = persist.hardState();
        if (changed != null) {
            hardState = changed;
        }
        SnapshotMeta replaced = persist.snapshot();
        if (replaced != null) {
            snapshot = replaced;
            runs.clear();
            firstIndex = replaced.index() + 1;
            lastIndex = replaced.index();
        }
        if (persist.truncateFrom() > 0 && persist.truncateFrom() <= lastIndex) {
            lastIndex = persist.truncateFrom() - 1;
            runs.tailMap(persist.truncateFrom(), true).clear();
        }
        for (Entry entry : persist.entries()) {
            if (entry.index() != lastIndex + 1) {
                throw new IllegalStateException("entry " + entry.index() + " written after " + lastIndex);
            }
            lastIndex = entry.index();
            append(entry);
        }
    }

    /** Shows what {@link #writeVote} made durable. */
    public void durable(HardState ahead) {
        hardState = ahead;
    }

    private void append(Entry entry) {
        Map.Entry<Long, Long> run = runs.lastEntry();
        if (run == null || run.getValue() != entry.term()) {
            runs.put(entry.index(), entry.term());
        }
    }

    /**
     * Remembers the snapshot as the log's beginning, then removes what it replaces, in bounded steps.
     *
     * @param completion told by the store's thread, of the whole: nothing on the disk names an older snapshot then
     * @throws StoreFailure as {@link Store#write}; to be called again with the same, and goes on where it was refused
     */
    public void write(Effect.Compact compact, Store.Completion completion) {
        snapshot = compact.snapshot();
        // Some of what may go stays: a record is removed as a whole.
        long kept = LogEntries.span(Math.min(compact.upTo(), lastIndex) + 1);
        store.write(
                List.of(put(keys.snapshot(), LogRecords.snapshot(keys.snapshot(), snapshot))),
                firstIndex >= kept ? completion : Silent.INSTANCE);
        while (firstIndex < kept) {
            long end = Math.min(LogEntries.span(firstIndex) + COMPACT_STEP, kept);
            store.write(
                    List.of(new Change.DeleteRange(LogKeys.SPACE, keys.entry(firstIndex), keys.entry(end))),
                    end == kept ? completion : Silent.INSTANCE);
            Map.Entry<Long, Long> cut = runs.floorEntry(end);
            runs.headMap(end, false).clear();
            if (cut != null && end <= lastIndex) {
                runs.put(end, cut.getValue());
            }
            firstIndex = end;
        }
    }

    @Override
    public HardState hardState() {
        return hardState;
    }

    @Override
    public SnapshotMeta snapshot() {
        return snapshot;
    }

    @Override
    public long firstIndex() {
        return firstIndex;
    }

    @Override
    public long lastIndex() {
        return lastIndex;
    }

    @Override
    public long term(long index) {
        Map.Entry<Long, Long> run = runs.floorEntry(index);
        if (run == null || index < firstIndex || index > lastIndex) {
            throw new IllegalStateException(
                    "asked for the term of " + index + ", the log holds " + firstIndex + " to " + lastIndex);
        }
        return run.getValue();
    }

    /**
     * {@inheritDoc}
     *
     * @throws LogDamaged when one of them is damaged; {@link #damage} tells it from then on
     */
    @Override
    public List<Entry> entries(long from, long to, long bytesMax) {
        List<Entry> read = new ArrayList<>();
        long[] bytes = {0};
        boolean[] full = {false};
        try {
            LogEntries.scan(store, keys, from, to, entry -> {
                bytes[0] += entry.bytes();
                full[0] = !read.isEmpty() && bytes[0] > bytesMax;
                if (!full[0]) {
                    requireNext(entry.index(), from + read.size());
                    read.add(entry);
                }
                return !full[0];
            });
            if (!full[0]) {
                requireNext(to + 1, from + read.size());
            }
        } catch (LogDamaged found) {
            // Before the first is read, records of its span that come before it are.
            long soundTo = read.isEmpty() ? LogEntries.span(from) - 1 : from + read.size() - 1;
            remember(new LogDamage(String.valueOf(found.getMessage()), soundTo));
            throw found;
        }
        return read;
    }

    private static void requireNext(long index, long expected) {
        if (index != expected) {
            throw new LogDamaged("the log lacks entry " + expected);
        }
    }

    /** A failure of the store is told by whatever is written next. */
    private enum Silent implements Store.Completion {
        INSTANCE;

        @Override
        public void durable() {}

        @Override
        public void failed(StoreFailure failure) {}
    }
}

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
import io.capstan.raft.internal.wire.Malformed;
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
    private static final int COMPACT_STEP = 4096;

    private final Store store;
    private final LogKeys keys;
    private final long incarnation;
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
     * @throws Malformed when a record is damaged or of a version unknown here: this member must not take part
     */
    public static DurableLog open(Store store, String group, long freshIncarnation) {
        return new DurableLog(store, new LogKeys(group), freshIncarnation);
    }

    private DurableLog(Store store, LogKeys keys, long freshIncarnation) {
        this.store = store;
        this.keys = keys;
        byte[] member = store.get(LogKeys.SPACE, keys.member());
        if (member == null) {
            incarnation = freshIncarnation;
            stamp();
        } else {
            LogRecords.MemberRecord record = LogRecords.member(keys.member(), member);
            incarnation = record.incarnation();
            group = record.group();
        }
        byte[] hard = store.get(LogKeys.SPACE, keys.hardState());
        if (hard != null) {
            hardState = LogRecords.hardState(keys.hardState(), hard);
        }
        byte[] meta = store.get(LogKeys.SPACE, keys.snapshot());
        if (meta != null) {
            snapshot = LogRecords.snapshot(keys.snapshot(), meta);
        }
        readEntries();
    }

    private void readEntries() {
        firstIndex = snapshot.index() + 1;
        lastIndex = snapshot.index();
        boolean[] first = {true};
        // From 1: what a crash left of a compaction lies before the snapshot, and trailing entries are kept there.
        store.scan(LogKeys.SPACE, keys.entry(0), keys.entriesEnd(), (key, record) -> {
            long index = keys.index(key);
            Entry entry = LogRecords.entry(key, record, index);
            if (first[0]) {
                firstIndex = index;
                first[0] = false;
            } else if (index != lastIndex + 1) {
                throw new Malformed("the log lacks entry " + (lastIndex + 1));
            }
            lastIndex = index;
            append(entry);
            return true;
        });
        if (firstIndex > snapshot.index() + 1) {
            throw new Malformed("the log lacks entry " + (snapshot.index() + 1));
        }
    }

    /** Which life of this member's disk it is. */
    public long incarnation() {
        return incarnation;
    }

    /** Which group it is in; null while it is in none. */
    public @Nullable GroupId group() {
        return group;
    }

    /**
     * Joins a group, for good. It is durable before anything that {@link #write} is given later: the store keeps the
     * order.
     */
    public void join(GroupId joined) {
        if (group != null && !group.equals(joined)) {
            throw new IllegalStateException("a member of " + group + " cannot join " + joined);
        }
        group = joined;
        stamp();
    }

    private void stamp() {
        byte[] record = LogRecords.member(keys.member(), new LogRecords.MemberRecord(incarnation, group));
        store.write(List.of(new Change.Put(LogKeys.SPACE, keys.member(), record)), Silent.INSTANCE);
    }

    /**
     * Begins one atomic write. Term and vote go with the entries (hashicorp#661, openraft's io_ordering: an entry
     * durable before its term is a lost commit).
     *
     * @param completion told by the store's thread
     */
    public void write(Effect.Persist persist, Store.Completion completion) {
        List<Change> changes = new ArrayList<>(persist.entries().size() + 3);
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
            changes.add(new Change.DeleteRange(LogKeys.SPACE, keys.entry(persist.truncateFrom()), keys.entriesEnd()));
        }
        for (Entry entry : persist.entries()) {
            byte[] key = keys.entry(entry.index());
            changes.add(put(key, LogRecords.entry(key, entry)));
        }
        store.write(changes, completion);
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

    private void append(Entry entry) {
        Map.Entry<Long, Long> run = runs.lastEntry();
        if (run == null || run.getValue() != entry.term()) {
            runs.put(entry.index(), entry.term());
        }
    }

    /** Remembers the snapshot as the log's beginning, then removes what it replaces, in bounded steps. */
    public void write(Effect.Compact compact) {
        snapshot = compact.snapshot();
        store.write(List.of(put(keys.snapshot(), LogRecords.snapshot(keys.snapshot(), snapshot))), Silent.INSTANCE);
        long upTo = Math.min(compact.upTo(), lastIndex);
        while (firstIndex <= upTo) {
            long end = Math.min(firstIndex + COMPACT_STEP, upTo + 1);
            store.write(
                    List.of(new Change.DeleteRange(LogKeys.SPACE, keys.entry(firstIndex), keys.entry(end))),
                    Silent.INSTANCE);
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

    @Override
    public List<Entry> entries(long from, long to, long bytesMax) {
        List<Entry> read = new ArrayList<>();
        long[] bytes = {0};
        store.scan(LogKeys.SPACE, keys.entry(from), keys.entry(to + 1), (key, record) -> {
            Entry entry = LogRecords.entry(key, record, keys.index(key));
            bytes[0] += entry.bytes();
            if (!read.isEmpty() && bytes[0] > bytesMax) {
                return false;
            }
            if (entry.index() != from + read.size()) {
                throw new Malformed("the log lacks entry " + (from + read.size()));
            }
            read.add(entry);
            return true;
        });
        return read;
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

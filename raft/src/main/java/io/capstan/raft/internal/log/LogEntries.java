package io.capstan.raft.internal.log;

import io.capstan.actors.internal.store.Store.Change;
import io.capstan.actors.internal.store.StoreReader;
import io.capstan.raft.core.Entry;
import java.util.ArrayList;
import java.util.List;

/**
 * How entries lie in the store: those that are written together stand together, in one record under the index of its first.
 * A record for each would be a key, a checksum and a place in LMDB's tree for each, which at a hundred thousand a second is
 * most of what a member does.
 *
 * <p>No record goes beyond a span of {@value #SPAN} indexes, so whoever looks for an entry finds its record at the beginning
 * of its span or behind that, and what is cut off at a span's beginning cuts no record in two.
 */
final class LogEntries {
    /** Spans begin at its multiples. */
    static final int SPAN = 64;

    /** A record is read and, when the log is cut within it, written as a whole: it has no more, unless one entry has. */
    private static final int RECORD_BYTES_MAX = 32 * 1024;

    private LogEntries() {}

    /** Takes entries in the order of the log; false ends it. */
    interface Visitor {
        boolean visit(Entry entry);
    }

    /** Where the span of {@code index} begins. */
    static long span(long index) {
        return index - index % SPAN;
    }

    /**
     * {@code entries}, which follow each other, as records.
     *
     * @param writeBytesMax what the store takes in one write: several records fit
     */
    static List<Change> puts(LogKeys keys, List<Entry> entries, long writeBytesMax) {
        long bytesMax = Math.min(RECORD_BYTES_MAX, writeBytesMax / 4);
        List<Change> puts = new ArrayList<>(entries.size() / SPAN + 2);
        int from = 0;
        while (from < entries.size()) {
            long spanEnd = span(entries.get(from).index()) + SPAN;
            long bytes = LogRecords.entryBytes(entries.get(from));
            int to = from + 1;
            while (to < entries.size() && entries.get(to).index() < spanEnd) {
                bytes += LogRecords.entryBytes(entries.get(to));
                if (bytes > bytesMax) {
                    break;
                }
                to++;
            }
            puts.add(put(keys, entries.subList(from, to)));
            from = to;
        }
        return puts;
    }

    /** One record. */
    static Change put(LogKeys keys, List<Entry> entries) {
        byte[] key = keys.entry(entries.get(0).index());
        return new Change.Put(LogKeys.SPACE, key, LogRecords.entries(key, entries));
    }

    /** The log without what stands at {@code from} and behind it. */
    static List<Change> truncation(StoreReader store, LogKeys keys, long from) {
        List<Change> changes = new ArrayList<>(2);
        changes.add(new Change.DeleteRange(LogKeys.SPACE, keys.entry(from), keys.entriesEnd()));
        store.scan(LogKeys.SPACE, keys.entry(span(from)), keys.entry(from), (key, record) -> {
            List<Entry> entries = LogRecords.entries(key, record, keys.index(key));
            List<Entry> kept =
                    entries.stream().filter(entry -> entry.index() < from).toList();
            if (kept.size() < entries.size()) {
                changes.add(put(keys, kept));
            }
            return true;
        });
        return changes;
    }

    /**
     * Walks the entries from {@code from} to {@code to}.
     *
     * @throws LogDamaged when a record is
     */
    static void scan(StoreReader store, LogKeys keys, long from, long to, Visitor visitor) {
        byte[] end = to == Long.MAX_VALUE ? keys.entriesEnd() : keys.entry(to + 1);
        store.scan(LogKeys.SPACE, begin(store, keys, from), end, (key, record) -> {
            for (Entry entry : LogRecords.entries(key, record, keys.index(key))) {
                if (entry.index() >= from && (entry.index() > to || !visitor.visit(entry))) {
                    return false;
                }
            }
            return true;
        });
    }

    /** Large entries have records of their own: with all of a span's before it, one would be read with sixty others. */
    private static byte[] begin(StoreReader store, LogKeys keys, long from) {
        byte[] own = keys.entry(from);
        return span(from) == from || store.get(LogKeys.SPACE, own) != null ? own : keys.entry(span(from));
    }
}

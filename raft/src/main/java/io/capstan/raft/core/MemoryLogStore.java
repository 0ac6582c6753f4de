package io.capstan.raft.core;

import java.util.ArrayList;
import java.util.List;

/** A log in memory: for tests and for groups that may forget everything at once. Writing is done by its owner. */
public final class MemoryLogStore implements LogStore {
    private HardState hardState = HardState.BLANK;
    private SnapshotMeta snapshot = SnapshotMeta.NONE;
    private long firstIndex = 1;
    private final List<Entry> entries = new ArrayList<>();

    /** Makes a {@link Effect.Persist} true. */
    public void write(Effect.Persist persist) {
        HardState changed = persist.hardState();
        if (changed != null) {
            hardState = changed;
        }
        SnapshotMeta replaced = persist.snapshot();
        if (replaced != null) {
            snapshot = replaced;
            entries.clear();
            firstIndex = replaced.index() + 1;
        }
        if (persist.truncateFrom() > 0 && persist.truncateFrom() <= lastIndex()) {
            entries.subList(position(persist.truncateFrom()), entries.size()).clear();
        }
        for (Entry entry : persist.entries()) {
            if (entry.index() != lastIndex() + 1) {
                throw new IllegalStateException("entry " + entry.index() + " written after " + lastIndex());
            }
            entries.add(entry);
        }
    }

    /** Makes a {@link Effect.Compact} true. */
    public void write(Effect.Compact compact) {
        snapshot = compact.snapshot();
        if (compact.upTo() >= firstIndex) {
            entries.subList(0, position(compact.upTo() + 1)).clear();
            firstIndex = compact.upTo() + 1;
        }
    }

    /** An independent copy, as a disk would be found after a crash. */
    public MemoryLogStore copy() {
        MemoryLogStore copy = new MemoryLogStore();
        copy.hardState = hardState;
        copy.snapshot = snapshot;
        copy.firstIndex = firstIndex;
        copy.entries.addAll(entries);
        return copy;
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
        return firstIndex + entries.size() - 1;
    }

    @Override
    public long term(long index) {
        return entries.get(position(index)).term();
    }

    @Override
    public List<Entry> entries(long from, long to, long bytesMax) {
        List<Entry> read = new ArrayList<>();
        long bytes = 0;
        for (long index = from; index <= to; index++) {
            Entry entry = entries.get(position(index));
            bytes += entry.bytes();
            if (!read.isEmpty() && bytes > bytesMax) {
                break;
            }
            read.add(entry);
        }
        return read;
    }

    private int position(long index) {
        return Math.toIntExact(index - firstIndex);
    }
}

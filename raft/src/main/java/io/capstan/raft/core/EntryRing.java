package io.capstan.raft.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The newest entries of a log, by index: grows at the end, shrinks at both.
 *
 * <p>Beside each entry stands the weight of all before it, so that the weight of any stretch is a subtraction and no
 * counter can leak (etcd a370b6f: a leaked size refused all proposals for ever).
 */
final class EntryRing {
    private @Nullable Entry[] slots = new Entry[64];
    /** {@code before[slot]}: the weight of everything ever appended before the entry there. */
    private long[] before = new long[64];

    private long first;
    private int size;
    private long weight;

    EntryRing(long first) {
        this.first = first;
    }

    long first() {
        return first;
    }

    /** One before {@link #first()} when empty. */
    long last() {
        return first + size - 1;
    }

    boolean holds(long index) {
        return index >= first && index <= last();
    }

    Entry get(long index) {
        Entry entry = slots[slot(index)];
        if (!holds(index) || entry == null) {
            throw new IllegalStateException("entry " + index + " asked of a ring from " + first + " to " + last());
        }
        return entry;
    }

    void append(Entry entry) {
        if (entry.index() != last() + 1) {
            throw new IllegalStateException("entry " + entry.index() + " appended after " + last());
        }
        if (size == slots.length) {
            grow();
        }
        size++;
        slots[slot(entry.index())] = entry;
        before[slot(entry.index())] = weight;
        weight += entry.bytes();
    }

    /** Forgets {@code from} and all after it. */
    void truncate(long from) {
        if (from > last()) {
            return;
        }
        if (from <= first) {
            reset(from);
            return;
        }
        weight = before[slot(from)];
        for (long index = from, last = last(); index <= last; index++) {
            slots[slot(index)] = null;
        }
        size = (int) (from - first);
    }

    /** Forgets all before {@code next}. */
    void forget(long next) {
        while (size > 0 && first < next) {
            slots[slot(first)] = null;
            first++;
            size--;
        }
    }

    /** Forgets everything and goes on at {@code next}. */
    void reset(long next) {
        Arrays.fill(slots, null);
        first = next;
        size = 0;
    }

    /** The weight of the entries after {@code from} up to {@code to}, as far as they are held. */
    long weight(long from, long to) {
        long low = Math.max(from + 1, first);
        if (to < low || size == 0) {
            return 0;
        }
        return (to >= last() ? weight : before[slot(to + 1)]) - before[slot(low)];
    }

    /** From {@code from}, held, to {@code to} at most: at least one, and within the limits. */
    List<Entry> slice(long from, long to, int entriesMax, long bytesMax) {
        long last = Math.min(Math.min(to, last()), from + entriesMax - 1);
        while (last > from && weight(from - 1, last) > bytesMax) {
            last = from + (last - from) / 2;
        }
        List<Entry> slice = new ArrayList<>((int) (last - from + 1));
        for (long index = from; index <= last; index++) {
            slice.add(get(index));
        }
        return slice;
    }

    private int slot(long index) {
        return (int) index & (slots.length - 1);
    }

    private void grow() {
        @Nullable Entry[] oldSlots = slots;
        long[] oldBefore = before;
        int oldMask = oldSlots.length - 1;
        slots = new Entry[oldSlots.length * 2];
        before = new long[oldSlots.length * 2];
        for (long index = first; index <= last(); index++) {
            slots[slot(index)] = oldSlots[(int) index & oldMask];
            before[slot(index)] = oldBefore[(int) index & oldMask];
        }
    }
}

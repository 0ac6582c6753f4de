package io.capstan.crdt.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one slot, found by key and walked in version order.
 *
 * <p>A changed row moves to the tail and leaves a hole; when the columns are full they are compacted, or grow by half if
 * there are few holes, so a change costs O(1) on average and memory is O(rows). This order is the catch-up stream for any peer: there is no log.
 *
 * <p>Rows are kept as columns, and found through places in them: some 30 bytes a row, keys and values apart, where a map of
 * rows takes three times as much. A million counters of three writers are three million rows.
 */
final class SlotRows<K, V> {
    private static final int CAPACITY_MIN = 16;
    private static final int FREE = 0;

    private final RowMeasure<K, V> measure;
    /** Gives the one key of several equal ones that is kept: each slot has rows of its own of the same counters. */
    private final UnaryOperator<K> shared;

    private @Nullable Object[] keys = new Object[CAPACITY_MIN];
    private @Nullable Object[] values = new Object[CAPACITY_MIN];
    private long[] versions = new long[CAPACITY_MIN];
    /** Open addressing with linear probing: the key's place plus 1, or {@link #FREE}. */
    private int[] places = new int[CAPACITY_MIN * 2];

    private int size;
    private int end;
    private long hash;

    SlotRows(RowMeasure<K, V> measure, UnaryOperator<K> shared) {
        this.measure = measure;
        this.shared = shared;
    }

    /** The sum of the hashes of all rows but removals: these alone are the same in all copies. */
    long hash() {
        return hash;
    }

    /** Removals included. */
    int size() {
        return size;
    }

    @Nullable
    Row<K, V> get(K key) {
        int found = find(key);
        return places[found] == FREE ? null : at(places[found] - 1);
    }

    /** The value of the key; null when it has none. */
    @Nullable
    V value(K key) {
        int found = find(key);
        return places[found] == FREE ? null : valueAt(places[found] - 1);
    }

    /** In no order that may decide anything. */
    Collection<Row<K, V>> unordered() {
        List<Row<K, V>> rows = new ArrayList<>(size);
        for (int i = 0; i < end; i++) {
            Row<K, V> row = at(i);
            if (row != null) {
                rows.add(row);
            }
        }
        return rows;
    }

    /** Visits all that are no removals, in version order. */
    void forEachLive(BiConsumer<K, V> visitor) {
        for (int i = 0; i < end; i++) {
            V value = valueAt(i);
            if (value != null) {
                visitor.accept(keyAt(i), value);
            }
        }
    }

    /** Puts {@code row} at the tail; its version is above all others. Returns what it replaces. */
    @Nullable
    Row<K, V> append(Row<K, V> row) {
        if (end > 0 && row.version() <= versions[end - 1]) {
            throw new IllegalArgumentException("version " + row.version() + " after " + versions[end - 1]);
        }
        if (end == keys.length) {
            compactOrGrow();
        }
        int found = find(row.key());
        int place = places[found] - 1;
        Row<K, V> before = place < 0 ? null : at(place);
        hash += hashOf(row);
        if (before == null) {
            size++;
        } else {
            hash -= hashOf(before);
            clear(place);
        }
        places[found] = end + 1;
        versions[end] = row.version();
        // The key that was there, which others may have kept too: of an equal one there would be two copies.
        keys[end] = before != null ? before.key() : row.removed() ? row.key() : shared.apply(row.key());
        values[end++] = row.value();
        return before;
    }

    /** Takes {@code row} out when it is still the latest of its key. */
    void forget(Row<K, V> row) {
        int found = find(row.key());
        int place = places[found] - 1;
        if (place >= 0 && versions[place] == row.version()) {
            hash -= hashOf(row);
            size--;
            remove(found);
            clear(place);
        }
    }

    /** The place of the first row above {@code version}, for {@link #at}. */
    int indexAbove(long version) {
        int found = Arrays.binarySearch(versions, 0, end, version);
        return found >= 0 ? found + 1 : -found - 1;
    }

    /** Places are valid until the next change. */
    int end() {
        return end;
    }

    /** Null for a hole. */
    @Nullable
    Row<K, V> at(int index) {
        return keys[index] == null ? null : new Row<>(keyAt(index), versions[index], valueAt(index));
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // Only keys come into this column; callers ask of no holes.
    private K keyAt(int index) {
        return (K) keys[index];
    }

    @SuppressWarnings("unchecked") // Only values come into this column.
    private @Nullable V valueAt(int index) {
        return (V) values[index];
    }

    private void clear(int place) {
        keys[place] = null;
        values[place] = null;
    }

    /** Where the key's place stands, or would. */
    private int find(K key) {
        int at = start(key);
        while (places[at] != FREE && !key.equals(keys[places[at] - 1])) {
            at = (at + 1) & (places.length - 1);
        }
        return at;
    }

    private int start(Object key) {
        int mixed = key.hashCode() * 0x9E3779B9;
        return (mixed ^ (mixed >>> 15)) & (places.length - 1);
    }

    /** Closes the gap, so that no search ends before its key: Knuth, The Art of Computer Programming 3, 6.4, R. */
    private void remove(int gap) {
        int hole = gap;
        int at = gap;
        while (true) {
            at = (at + 1) & (places.length - 1);
            if (places[at] == FREE) {
                break;
            }
            int wanted = start(keyAt(places[at] - 1));
            boolean reachable = hole <= at ? hole < wanted && wanted <= at : hole < wanted || wanted <= at;
            if (!reachable) {
                places[hole] = places[at];
                hole = at;
            }
        }
        places[hole] = FREE;
    }

    private long hashOf(Row<K, V> row) {
        return row.removed() ? 0 : measure.hash(row);
    }

    private void compactOrGrow() {
        int capacity = Math.max(CAPACITY_MIN, size + size / 2);
        long[] newVersions = new long[capacity];
        @Nullable Object[] newKeys = new Object[capacity];
        @Nullable Object[] newValues = new Object[capacity];
        int kept = 0;
        for (int i = 0; i < end; i++) {
            if (keys[i] != null) {
                newVersions[kept] = versions[i];
                newKeys[kept] = keys[i];
                newValues[kept++] = values[i];
            }
        }
        versions = newVersions;
        keys = newKeys;
        values = newValues;
        end = kept;
        places = new int[Integer.highestOneBit(capacity / 3 * 4) * 2]; // Filled to three quarters at most.
        for (int i = 0; i < end; i++) {
            places[find(keyAt(i))] = i + 1;
        }
    }
}

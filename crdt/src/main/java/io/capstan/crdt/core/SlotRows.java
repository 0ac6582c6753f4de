package io.capstan.crdt.core;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one slot, found by key and walked in version order.
 *
 * <p>A changed row moves to the tail and leaves a hole; when half of the order is holes it is compacted, so a change
 * costs O(log n) and memory is O(rows). This order is the catch-up stream for any peer: there is no log.
 */
final class SlotRows<K, V> {
    private static final int CAPACITY_MIN = 16;

    private final RowMeasure<K, V> measure;
    private final Map<K, Row<K, V>> byKey = new HashMap<>();
    private long[] versions = new long[CAPACITY_MIN];
    private @Nullable Row<K, V>[] order = rows(CAPACITY_MIN);
    private int end;
    private long hash;

    SlotRows(RowMeasure<K, V> measure) {
        this.measure = measure;
    }

    /** The sum of the hashes of all rows but removals: these alone are the same in all copies. */
    long hash() {
        return hash;
    }

    /** Removals included. */
    int size() {
        return byKey.size();
    }

    @Nullable
    Row<K, V> get(K key) {
        return byKey.get(key);
    }

    /** In no order that may decide anything. */
    Collection<Row<K, V>> unordered() {
        return byKey.values();
    }

    /** Puts {@code row} at the tail; its version is above all others. Returns what it replaces. */
    @Nullable
    Row<K, V> append(Row<K, V> row) {
        if (end > 0 && row.version() <= versions[end - 1]) {
            throw new IllegalArgumentException("version " + row.version() + " after " + versions[end - 1]);
        }
        Row<K, V> before = byKey.put(row.key(), row);
        hash += hashOf(row);
        if (before != null) {
            hash -= hashOf(before);
            order[indexAbove(before.version() - 1)] = null;
        }
        if (end == order.length) {
            compactOrGrow();
        }
        versions[end] = row.version();
        order[end++] = row;
        return before;
    }

    /** Takes {@code row} out when it is still the latest of its key. */
    void forget(Row<K, V> row) {
        if (byKey.remove(row.key(), row)) {
            hash -= hashOf(row);
            order[indexAbove(row.version() - 1)] = null;
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
        return order[index];
    }

    private long hashOf(Row<K, V> row) {
        return row.removed() ? 0 : measure.hash(row);
    }

    private void compactOrGrow() {
        int capacity = Math.max(CAPACITY_MIN, byKey.size() * 2);
        long[] newVersions = new long[capacity];
        @Nullable Row<K, V>[] newOrder = rows(capacity);
        int kept = 0;
        for (int i = 0; i < end; i++) {
            if (order[i] != null) {
                newVersions[kept] = versions[i];
                newOrder[kept++] = order[i];
            }
        }
        versions = newVersions;
        order = newOrder;
        end = kept;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // Java makes no arrays of a generic type.
    private static <K, V> @Nullable Row<K, V>[] rows(int capacity) {
        return (@Nullable Row<K, V>[]) new Row[capacity];
    }
}

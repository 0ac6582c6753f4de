package io.capstan.crdt.core;

/** What a table has to know of its rows' bytes. */
public interface RowMeasure<K, V> {
    /** How many bytes the row takes on the wire, at most. */
    int bytes(Row<K, V> row);

    /** 64 bits that depend on key, version and value alone: the same on every node, for ever. */
    long hash(Row<K, V> row);
}

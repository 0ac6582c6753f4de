package io.capstan.crdt.core;

/** What a table has to know of its rows' bytes. */
public interface RowMeasure<K, V> {
    /** How many bytes the row takes on the wire, at most. */
    int bytes(Row<K, V> row);

    /** 64 bits that depend on key, version and value alone: the same on every node, for ever. */
    long hash(Row<K, V> row);

    /** Of rows that nobody weighs or compares. */
    static <K, V> RowMeasure<K, V> none() {
        return new RowMeasure<>() {
            @Override
            public int bytes(Row<K, V> row) {
                return 0;
            }

            @Override
            public long hash(Row<K, V> row) {
                return 0;
            }
        };
    }
}

package io.capstan.crdt.core;

/** How many bytes a row takes on the wire, at most. */
@FunctionalInterface
public interface RowSize<K, V> {
    int bytes(Row<K, V> row);
}

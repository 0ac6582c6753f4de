package io.capstan.registry.core;

import org.jspecify.annotations.Nullable;

/** An effect that changes a row of our own slot. */
interface RowWrite<K, V> {
    K key();

    /** Null: the row is removed. */
    @Nullable
    V row();
}

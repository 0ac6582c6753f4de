package io.capstan.crdt.core;

import org.jspecify.annotations.Nullable;

/**
 * One row of a slot: the latest value of a key, or its removal.
 *
 * @param version the slot's own count of changes at this change: 1 or more, no two rows of a slot share one
 * @param value null when the row is a removal
 */
public record Row<K, V>(K key, long version, @Nullable V value) {
    /** Tells whether the row says that its key is gone. */
    public boolean removed() {
        return value == null;
    }
}

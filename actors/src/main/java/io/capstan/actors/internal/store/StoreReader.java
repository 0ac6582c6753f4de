package io.capstan.actors.internal.store;

import io.capstan.actors.internal.store.Store.Space;
import org.jspecify.annotations.Nullable;

/** What can be read of a store. Thread-safe. */
public interface StoreReader {
    /** Returns a copy of the value, or null when there is none. */
    byte @Nullable [] get(Space space, byte[] key);

    /**
     * Visits the entries of {@code [from, to)} in key order, until the visitor returns false. It must not call the
     * store. What is changed while a long range is visited may or may not be seen.
     */
    void scan(Space space, byte[] from, byte[] to, Visitor visitor);

    /**
     * How often acknowledged writes of this store were lost to damage: raised, durably, by an opening that finds its
     * write-ahead file damaged. Whoever counts on having every write remembers it with its data, and has lost some when
     * it has risen.
     */
    long losses();

    /** Sees copies. */
    interface Visitor {
        boolean visit(byte[] key, byte[] value);
    }
}

package io.capstan.actors.internal.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything durable on one node, in one place: one directory, one writer, one flush for whatever arrived meanwhile.
 *
 * <p>Reads see every write accepted before them by the same caller, also while it is not durable yet. Keys are compared
 * as unsigned bytes. Thread-safe.
 */
public interface Store extends AutoCloseable {
    /** Longest key, in bytes. */
    int KEY_BYTES_MAX = 255;

    /**
     * Takes changes to be made together, in order, in the order of the calls; never blocks on the disk. Their arrays
     * belong to the store from now on. Without any change it is a barrier: durable once everything before it is.
     *
     * <p>When the disk is full, what was accepted waits until there is space, and further writes are refused.
     *
     * @throws StoreFailure at once when the store has failed, is closed, its queue is full, or the disk is
     * @throws IllegalArgumentException when a key is empty or too long, or the write could never fit the queue
     */
    void write(List<Change> changes, Completion completion);

    /** Returns a copy of the value, or null when there is none. */
    byte @Nullable [] get(Space space, byte[] key);

    /**
     * Visits the entries of {@code [from, to)} in key order, until the visitor returns false. It must not call the
     * store.
     */
    void scan(Space space, byte[] from, byte[] to, Visitor visitor);

    /** Waits for what was accepted, then closes. Idempotent. */
    @Override
    void close();

    /**
     * A named key space. Its name is on disk.
     *
     * @param name 1 to 32 of {@code a-z 0-9 -}
     */
    record Space(String name) {
        public Space {
            if (!name.matches("[a-z0-9-]{1,32}")) {
                throw new IllegalArgumentException("a key space's name has 1 to 32 of a-z 0-9 -, got \"" + name + "\"");
            }
        }
    }

    /** One change; what it means is on disk. */
    sealed interface Change {
        Space space();

        record Put(Space space, byte[] key, byte[] value) implements Change {}

        record Delete(Space space, byte[] key) implements Change {}

        /** Removes {@code [from, to)}. Long ranges are removed in bounded steps by their owner. */
        record DeleteRange(Space space, byte[] from, byte[] to) implements Change {}
    }

    /** Told once per write, on the store's writer thread, in the order of the writes: hand over and return. */
    interface Completion {
        void durable();

        /**
         * The store is finished, and whether this write is on disk is unknown ({@code FAILED}; a failed flush is final
         * and never tried again) or it certainly is not ({@code CLOSED}).
         */
        void failed(StoreFailure failure);
    }

    /** Sees copies. */
    interface Visitor {
        boolean visit(byte[] key, byte[] value);
    }
}

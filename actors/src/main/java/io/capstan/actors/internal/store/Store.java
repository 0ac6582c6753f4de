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

    /** Most bytes of keys and values of a vital write. */
    int VITAL_BYTES_MAX = 4096;

    /**
     * Takes changes to be made together, in order, in the order of the calls; never blocks on the disk. Their arrays
     * belong to the store from now on. Without any change it is a barrier: durable once everything before it is.
     *
     * <p>Refusals are back-pressure: what is refused was not written, and {@link Watcher#roomAgain} tells when to come
     * back. What was accepted becomes durable in order, also when the disk is full.
     *
     * @throws StoreFailure at once: OVERLOADED while too much waits, DISK_FULL, FAILED or CLOSED
     * @throws IllegalArgumentException when a key is empty or too long, or it is larger than {@link #writeBytesMax}
     */
    void write(List<Change> changes, Completion completion);

    /**
     * As {@link #write}, for what a node must be able to promise at any time, as a Raft member its term and vote: at most
     * {@value #VITAL_BYTES_MAX} bytes. It is accepted while the disk is full too, and waits for room: no space is kept
     * for it on the disk yet.
     *
     * @throws StoreFailure as {@link #write}, but never DISK_FULL
     */
    void writeVital(List<Change> changes, Completion completion);

    /** How many bytes of keys and values one write may have. */
    long writeBytesMax();

    /**
     * Tells {@code watcher} of the store's health from now on, on threads of the store: hand over and return. If it is
     * full or has failed, that is told at once.
     *
     * @return ends it
     */
    Runnable watch(Watcher watcher);

    /** Large immutable things, in files of their own. */
    Snapshots snapshots();

    /**
     * How often acknowledged writes of this store were lost to damage. Whoever counts on having every write remembers it
     * with its data, and has lost some when it has risen. Always 0 while LMDB is the only file: its users find
     * damage by checksums of their own.
     */
    long losses();

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

    /** Hears of the store's health. */
    interface Watcher {
        /** From now on writes are refused with this failure, but for vital ones. */
        void full(StoreFailure why);

        /** Writes that were refused, as DISK_FULL or OVERLOADED, may be tried again. */
        void roomAgain();

        /** The store is finished ({@code FAILED}): nothing is written any more. The last that is told. */
        void failed(StoreFailure why);
    }

    /** Sees copies. */
    interface Visitor {
        boolean visit(byte[] key, byte[] value);
    }
}

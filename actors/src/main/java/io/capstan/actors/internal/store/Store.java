package io.capstan.actors.internal.store;

import java.util.List;

/**
 * Everything durable on one node, in one place: one directory, one writer, one flush for whatever arrived meanwhile.
 *
 * <p>Reads see every write accepted before them by the same caller, also while it is not durable yet. Keys are compared
 * as unsigned bytes. Thread-safe.
 */
public interface Store extends StoreReader, AutoCloseable {
    /** Longest key, in bytes. */
    int KEY_BYTES_MAX = 255;

    /** Most that the changes of a vital write may weigh. */
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
     * As {@link #write}, and may use the reserve that is kept for a full disk: for what a node must be able to promise
     * at any time, as a Raft member its term and vote. It weighs at most {@value #VITAL_BYTES_MAX} bytes.
     *
     * @throws StoreFailure as {@link #write}, but DISK_FULL and OVERLOADED only when the reserve is used up too
     */
    void writeVital(List<Change> changes, Completion completion);

    /** How many bytes the changes of one write may weigh together. */
    long writeBytesMax();

    /**
     * Tells {@code watcher} of the store's health from now on, one thing at a time and in order, on threads of the store
     * or of the caller, with no lock held: hand over and return. If it is full or has failed, that is told first.
     *
     * @return ends it
     */
    Runnable watch(Watcher watcher);

    /** Large immutable things, in files of their own. */
    Snapshots snapshots();

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

        /** What it weighs: its keys and values, and what is written beside them. */
        int bytes();

        record Put(Space space, byte[] key, byte[] value) implements Change {
            @Override
            public int bytes() {
                return 8 + space.name().length() + key.length + value.length;
            }
        }

        record Delete(Space space, byte[] key) implements Change {
            @Override
            public int bytes() {
                return 4 + space.name().length() + key.length;
            }
        }

        /** Removes {@code [from, to)}, however many there are. */
        record DeleteRange(Space space, byte[] from, byte[] to) implements Change {
            @Override
            public int bytes() {
                return 8 + space.name().length() + from.length + to.length;
            }
        }
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
}

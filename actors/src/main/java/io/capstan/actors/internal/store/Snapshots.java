package io.capstan.actors.internal.store;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Large things that never change once they are there: each a file of its own, because LMDB's never shrinks.
 *
 * <p>A name is there whole or not at all, after every crash, and what is read is what was written or a failure. All of
 * it blocks on the disk. Thread-safe; a draft and an opened snapshot belong to one thread at a time.
 *
 * <p>Names have 1 to {@value #NAME_LENGTH_MAX} of {@code A-Z a-z 0-9 . _ -}; those that differ in case alone differ, on
 * every file system.
 */
public interface Snapshots {
    /** Longest name, in characters. */
    int NAME_LENGTH_MAX = 120;

    /**
     * Begins one. It is not there before {@link Draft#seal}; what a crash leaves of a draft is removed by the next
     * start.
     *
     * @throws StoreFailure DISK_FULL (RETRY) or FAILED
     * @throws IllegalArgumentException when there is one of that name, or a draft
     */
    Draft create(String name);

    /**
     * Opens one, null when there is none. Its beginning and its end are checked here, each piece when it is read.
     *
     * @throws StoreFailure DAMAGED, NEWER_FORMAT or FAILED
     */
    @Nullable
    Snapshot open(String name);

    /** The names of all that are sealed, in order. */
    List<String> list();

    /**
     * Removes one, durably; nothing when there is none. Who has it open can read on.
     *
     * @throws StoreFailure FAILED
     */
    void delete(String name);

    /**
     * A snapshot that is being written, from its first byte to its last. Holds at most 64 KiB of memory, whatever its
     * length. Every failure is a {@link StoreFailure}: DISK_FULL (RETRY later, with a new draft) or FAILED; after it,
     * and when it is closed unsealed, the draft is gone.
     */
    abstract class Draft extends OutputStream {
        @Override
        public abstract void write(int oneByte);

        @Override
        public abstract void write(byte[] bytes, int offset, int length);

        /** How many bytes it has so far: the next goes there. */
        public abstract long bytes();

        /** Makes it durable under its name; nothing can be written any more. */
        public abstract void seal();

        /** Discards it unless it was sealed. Idempotent. */
        @Override
        public abstract void close();
    }

    /** One that is there. */
    interface Snapshot extends AutoCloseable {
        /** Its length. */
        long bytes();

        /**
         * Reads what was written at {@code position}, up to {@code length} bytes, as much as there is.
         *
         * @return how many bytes; 0 at the end
         * @throws StoreFailure DAMAGED when the disk has changed them, or FAILED
         */
        int read(long position, byte[] into, int offset, int length);

        /** All of it, from the beginning. Its failures are those of {@link #read}. Closing it closes nothing. */
        InputStream stream();

        @Override
        void close();
    }
}

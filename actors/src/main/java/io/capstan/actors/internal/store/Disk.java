package io.capstan.actors.internal.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * One folder, in the operations that durability depends on: what a power cut may undo is undone by a model of it in the
 * tests, at every one of these calls.
 *
 * <p>What was written is safe only after {@link Handle#force}; a name only after {@link #syncNames}. A failed force or
 * sync says that nobody knows what is on the disk: the kernel may have dropped the pages and forgotten the error, so
 * neither is ever tried again, and what was written is not read.
 */
interface Disk {
    /** Makes a file that must not be there yet, for its owner alone. */
    Handle create(String name) throws IOException;

    /** Opens a file that is there. */
    Handle open(String name) throws IOException;

    /**
     * Opens a file that is there for many small writes, each to be made durable at once: past the kernel's cache, where
     * that is possible, which takes a third less time.
     */
    Handle openThrough(String name) throws IOException;

    boolean exists(String name) throws IOException;

    /** Gives a file another name, atomically, in place of what has it. */
    void rename(String from, String to) throws IOException;

    /** Does nothing when there is no such file. */
    void delete(String name) throws IOException;

    /** In the order of the names. */
    List<String> list() throws IOException;

    /** Makes creations, renamings and deletions durable. */
    void syncNames() throws IOException;

    /** How many bytes could still be written. */
    long usableBytes() throws IOException;

    /** An open file. */
    interface Handle extends AutoCloseable {
        /** Of what every position and length of a write is a multiple, and every buffer's address if it is a page. */
        int unit();

        /** Writes all that remains in {@code bytes}, a direct buffer. */
        void write(ByteBuffer bytes, long position) throws IOException;

        /** Fills {@code bytes}, a direct buffer, as far as the file goes. */
        void read(ByteBuffer bytes, long position) throws IOException;

        /** Makes what was written durable, and what is needed to find it. */
        void force() throws IOException;

        long size() throws IOException;

        @Override
        void close();
    }
}

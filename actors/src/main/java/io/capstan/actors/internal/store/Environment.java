package io.capstan.actors.internal.store;

import io.capstan.actors.internal.store.Store.Change;
import io.capstan.actors.internal.store.Store.Space;
import io.capstan.actors.internal.store.StoreReader.Visitor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where committed changes are: LMDB, and in tests a disk that fails on demand. */
interface Environment extends AutoCloseable {
    /**
     * Makes changes durable, in order, in one transaction: all of them or none. Called by one thread at a time.
     *
     * @throws OutOfSpace when there was no room: nothing was changed, and it can be tried again. Whatever else is
     *     thrown means that nobody knows what is on the disk.
     */
    void commit(List<Change> changes) throws OutOfSpace;

    /**
     * Enters a read, which keeps the map where it is until it is closed, by the same thread. Nothing is seen before
     * {@link Reading#begin()}.
     */
    Reading reading();

    /** Waits for the reads under way. */
    @Override
    void close();

    /** One read of one state. */
    interface Reading extends AutoCloseable {
        /** Fixes the state that is read: the last one committed. */
        void begin();

        byte @Nullable [] get(Space space, byte[] key);

        void scan(Space space, byte[] from, byte[] to, Visitor visitor);

        @Override
        void close();
    }

    /** There is no room on the disk, or none under the configured limit. */
    final class OutOfSpace extends Exception {
        OutOfSpace(String message) {
            super(message, null, false, false);
        }
    }
}

package io.capstan.actors.internal.store;

import io.capstan.actors.internal.store.Store.Change;
import java.util.List;

/** What may be written at all, and what it weighs: judged before anything is promised. */
final class Weight {
    private Weight() {}

    /**
     * Weighs the changes of one write.
     *
     * @throws IllegalArgumentException when they weigh more than {@code bytesMax}, or one could not be stored
     */
    static long of(List<Change> changes, long bytesMax) {
        long bytes = 0;
        for (Change change : changes) {
            bytes += change.bytes();
            if (change instanceof Change.Put put) {
                requireKey(put.key());
            } else if (change instanceof Change.Delete delete) {
                requireKey(delete.key());
            } else if (change instanceof Change.DeleteRange range
                    && (range.from().length > Store.KEY_BYTES_MAX || range.to().length > Store.KEY_BYTES_MAX)) {
                throw new IllegalArgumentException("a range's ends have at most " + Store.KEY_BYTES_MAX + " bytes");
            }
            if (change.space().equals(StoreRecord.SPACE)) {
                throw new IllegalArgumentException("the key space \"store\" is the store's own");
            }
        }
        if (bytes > bytesMax) {
            throw new IllegalArgumentException("a write that weighs " + bytes + " bytes is too large: at most "
                    + bytesMax + " (capstan.actors.store.write-ahead-bytes)");
        }
        return bytes;
    }

    static void requireKey(byte[] key) {
        if (key.length < 1 || key.length > Store.KEY_BYTES_MAX) {
            throw new IllegalArgumentException("a key has 1 to " + Store.KEY_BYTES_MAX + " bytes, got " + key.length);
        }
    }
}

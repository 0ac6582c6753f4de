package io.capstan.actors.internal.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.capstan.actors.internal.store.Store.Change;
import io.capstan.actors.internal.store.Store.Space;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What the store keeps of itself in LMDB: changed in the same transaction as what it speaks of.
 *
 * <pre>
 *   space store, key "write-ahead"
 *     1  version: 1
 *     8  identity, random: the write-ahead files of another store, or LMDB's of another, are not taken for its own
 *     8  the first frame of the write-ahead files that LMDB does not contain
 *     8  how often acknowledged writes were lost
 *     4  CRC32C of all before
 * </pre>
 */
record StoreRecord(long identity, long first, long losses) {
    static final Space SPACE = new Space("store");
    static final byte[] KEY = "write-ahead".getBytes(US_ASCII);
    private static final byte VERSION = 1;
    private static final int BYTES = 29;

    Change put() {
        return new Change.Put(SPACE, KEY, toBytes());
    }

    byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES)
                .put(VERSION)
                .putLong(identity)
                .putLong(first)
                .putLong(losses);
        return bytes.putInt(checksum(bytes.array())).array();
    }

    static StoreRecord of(byte[] bytes) {
        if (bytes.length > 0 && bytes[0] > VERSION) {
            throw new StoreFailure(
                    StoreFailure.Kind.NEWER_FORMAT,
                    "the store's own record has format " + bytes[0] + ", this Capstan knows up to " + VERSION
                            + ": start the version that wrote it, or a newer one");
        }
        ByteBuffer record = ByteBuffer.wrap(bytes);
        if (bytes.length != BYTES || bytes[0] != VERSION || record.getInt(BYTES - 4) != checksum(bytes)) {
            throw new StoreFailure(
                    StoreFailure.Kind.DAMAGED,
                    "the store's own record is damaged: restore the data directory from a backup, or use an empty one");
        }
        return new StoreRecord(record.getLong(1), record.getLong(9), record.getLong(17));
    }

    /** Null when there is none yet. */
    static @Nullable StoreRecord read(Environment environment) {
        try (Environment.Reading reading = environment.reading()) {
            reading.begin();
            byte[] bytes = reading.get(SPACE, KEY);
            return bytes == null ? null : of(bytes);
        }
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, BYTES - 4);
        return (int) crc.getValue();
    }
}

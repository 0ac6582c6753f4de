package io.capstan.actors.internal.store;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The block {@code capstan.actors.store}; its keys are explained in {@code reference.conf}.
 *
 * @param mapBytesInitial the map's size at first, in bytes; doubled when full
 * @param mapBytesMax how far it grows, in bytes
 * @param spacesMax how many key spaces there may be
 * @param readersMax how many reads at a time
 * @param writeAheadBytes how long each of the two write-ahead files is, in bytes
 * @param reserveBytes how much of one is kept for vital writes, in bytes
 * @param batchBytesMax how many bytes one flush takes, at least one write
 * @param slowSync how long a flush may take before it is told of
 * @param fullRetry how often a full disk is tried again
 * @param snapshotFreeBytesMin how much of the disk snapshots leave free, in bytes
 * @param buffers how bytes reach LMDB
 */
public record StoreSettings(
        long mapBytesInitial,
        long mapBytesMax,
        int spacesMax,
        int readersMax,
        long writeAheadBytes,
        long reserveBytes,
        long batchBytesMax,
        Duration slowSync,
        Duration fullRetry,
        long snapshotFreeBytesMin,
        BufferKind buffers) {
    /** See {@code capstan.actors.store.buffers}. */
    public enum BufferKind {
        AGRONA,
        BYTE_ARRAY
    }

    private static final String BLOCK = "capstan.actors.store";

    /** The key of {@code spacesMax}. */
    static final String SPACES_MAX = BLOCK + ".spaces-max";

    public StoreSettings {
        require(mapBytesInitial >= 64 * 1024, "map-bytes-initial", mapBytesInitial, "at least 64 KiB");
        require(mapBytesMax >= mapBytesInitial, "map-bytes-max", mapBytesMax, "at least map-bytes-initial");
        require(spacesMax >= 16 && spacesMax <= 10_000, "spaces-max", spacesMax, "16 to 10000");
        require(readersMax >= 1 && readersMax <= 10_000, "readers-max", readersMax, "1 to 10000");
        require(
                writeAheadBytes >= 16 * 1024 && writeAheadBytes <= 1 << 30,
                "write-ahead-bytes",
                writeAheadBytes,
                "16 KiB to 1 GiB");
        require(
                reserveBytes >= 4096 && reserveBytes <= writeAheadBytes / 2,
                "reserve-bytes",
                reserveBytes,
                "4 KiB to half of write-ahead-bytes");
        require(batchBytesMax >= 4096, "batch-bytes-max", batchBytesMax, "at least 4 KiB");
        require(!slowSync.isNegative(), "slow-sync", slowSync, "at least 0");
        require(!fullRetry.isNegative() && !fullRetry.isZero(), "full-retry", fullRetry, "a positive duration");
        require(snapshotFreeBytesMin >= 0, "snapshot-free-bytes-min", snapshotFreeBytesMin, "at least 0");
    }

    private static void require(boolean holds, String key, Object value, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(BLOCK + "." + key + " = " + value + ": must be " + allowed);
        }
    }

    /** How many blocks a write-ahead file has. */
    long blocks() {
        return writeAheadBytes / Blocks.BYTES;
    }

    long reserveBlocks() {
        return reserveBytes / Blocks.BYTES;
    }

    /** What a write may weigh to fit a file of its own, less the reserve. */
    long writeBytesMax() {
        return (blocks() - 1 - reserveBlocks()) * Blocks.CONTENT_BYTES - Frames.HEAD_BYTES;
    }

    /** Reads the block from a whole configuration. */
    public static StoreSettings fromConfig(Config config) {
        Config block = config.getConfig(BLOCK);
        return new StoreSettings(
                block.getBytes("map-bytes-initial"),
                block.getBytes("map-bytes-max"),
                block.getInt("spaces-max"),
                block.getInt("readers-max"),
                block.getBytes("write-ahead-bytes"),
                block.getBytes("reserve-bytes"),
                block.getBytes("batch-bytes-max"),
                block.getDuration("slow-sync"),
                block.getDuration("full-retry"),
                block.getBytes("snapshot-free-bytes-min"),
                bufferKind(block.getString("buffers")));
    }

    private static BufferKind bufferKind(String value) {
        return switch (value) {
            case "agrona" -> BufferKind.AGRONA;
            case "byte-array" -> BufferKind.BYTE_ARRAY;
            default ->
                throw new IllegalArgumentException(BLOCK + ".buffers = " + value + ": must be agrona or byte-array");
        };
    }
}

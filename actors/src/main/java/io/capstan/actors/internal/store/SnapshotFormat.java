package io.capstan.actors.internal.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * How a snapshot lies in its file. Numbers are big-endian, checksums CRC32C.
 *
 * <pre>
 *   head     8  "CAPSNAP\n"
 *            1  version: 1
 *            8  identity, random per file: a sector that held another file before is not taken for this one's
 *            4  checksum of all before
 *   blocks   65536 bytes of content, the last one's what is left (none when there is no content)
 *            4  checksum of identity, number of the block (u64), content
 *   tail     8  length of the content
 *            4  checksum of identity, 2^64 - 1, length
 * </pre>
 */
final class SnapshotFormat {
    static final int VERSION = 1;
    static final int BLOCK_BYTES = 64 * 1024;
    static final int CHECKSUM_BYTES = 4;
    static final int HEAD_BYTES = 21;
    static final int TAIL_BYTES = 12;
    private static final byte[] MAGIC = "CAPSNAP\n".getBytes(US_ASCII);
    private static final long TAIL = -1;

    private SnapshotFormat() {}

    static void putHead(ByteBuffer into, long identity) {
        int start = into.position();
        into.put(MAGIC).put((byte) VERSION).putLong(identity);
        into.putInt(Blocks.checksum(into, start, into.position()));
    }

    /** What {@code from} begins with. */
    static Head head(ByteBuffer from) {
        if (from.remaining() < MAGIC.length + 1 || !from.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
            return Head.DAMAGED;
        }
        // Before everything else: what comes after the version may mean anything in a newer format.
        int version = from.get(MAGIC.length) & 0xff;
        if (version > VERSION) {
            return new Head(version, 0);
        }
        boolean sound = version == VERSION
                && from.remaining() == HEAD_BYTES
                && from.getInt(HEAD_BYTES - CHECKSUM_BYTES) == Blocks.checksum(from, 0, HEAD_BYTES - CHECKSUM_BYTES);
        return sound ? new Head(version, from.getLong(MAGIC.length + 1)) : Head.DAMAGED;
    }

    static int blockChecksum(long identity, long number, ByteBuffer content) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(16).putLong(identity).putLong(number).array());
        crc.update(content.duplicate());
        return (int) crc.getValue();
    }

    static void putTail(ByteBuffer into, long identity, long length) {
        into.putLong(length).putInt(tailChecksum(identity, length));
    }

    static int tailChecksum(long identity, long length) {
        return blockChecksum(identity, TAIL, ByteBuffer.allocate(8).putLong(0, length));
    }

    static long blocks(long length) {
        return (length + BLOCK_BYTES - 1) / BLOCK_BYTES;
    }

    static long fileBytes(long length) {
        return HEAD_BYTES + length + blocks(length) * CHECKSUM_BYTES + TAIL_BYTES;
    }

    static long blockPosition(long number) {
        return HEAD_BYTES + number * (BLOCK_BYTES + CHECKSUM_BYTES);
    }

    /** What a file begins with; version 0 when it is damaged. */
    record Head(int version, long identity) {
        static final Head DAMAGED = new Head(0, 0);
    }
}

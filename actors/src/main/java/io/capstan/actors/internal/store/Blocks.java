package io.capstan.actors.internal.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * How a write-ahead file lies on disk: blocks of 512 bytes, each told apart from what was there before and from damage by
 * itself. Numbers are big-endian.
 *
 * <pre>
 *   block 0    8  "CAPWAL\n\0"
 *              1  version: 1
 *              1  which of the store's files it is
 *              8  the store's identity
 *            490  zeros
 *              4  CRC32C of all before
 *   others     4  CRC32C of what follows, xor {@link #place}
 *              8  sequence of the frame that the block is part of
 *              4  which part, from 0
 *              4  how many parts
 *            492  content; zeros after the frame's end
 * </pre>
 *
 * <p>A disk writes a sector wholly or not at all. So a frame that was being written at a power cut shows as some blocks
 * of its own and some that were there before, all of them sound; a block that is not sound was changed by the disk. That
 * is how a torn frame is told from a damaged one, also at the very end. A new frame begins a new block: what was
 * acknowledged is never written again. One thing looks like a torn frame and is none, and no checksum can tell: a sector
 * of the very last frame that the disk confirmed and did not write.
 */
final class Blocks {
    static final int VERSION = 1;
    static final int BYTES = 512;
    static final int CONTENT_AT = 20;
    static final int CONTENT_BYTES = BYTES - CONTENT_AT;
    private static final byte[] MAGIC = "CAPWAL\n\0".getBytes(US_ASCII);

    private Blocks() {}

    /** How many blocks a frame of so many bytes takes. */
    static long needed(long contentBytes) {
        return (contentBytes + CONTENT_BYTES - 1) / CONTENT_BYTES;
    }

    /** What only the block at this place has, so that one found elsewhere, or of another store, is damaged. */
    static int place(long store, int file, long number) {
        long mixed = store ^ (number * 2 + file) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
        return (int) (mixed ^ (mixed >>> 32));
    }

    static ByteBuffer head(int file, long store) {
        ByteBuffer head = ByteBuffer.allocateDirect(BYTES);
        head.put(MAGIC).put((byte) VERSION).put((byte) file).putLong(store);
        head.putInt(BYTES - 4, checksum(head, 0, BYTES - 4));
        return head.position(0);
    }

    /** The version that a sound head names; 0 when it is damaged. This check is the same in all versions. */
    static int headVersion(ByteBuffer block) {
        boolean sound = block.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))
                && block.getInt(BYTES - 4) == checksum(block, 0, BYTES - 4);
        return sound ? block.get(MAGIC.length) & 0xff : 0;
    }

    static long headStore(ByteBuffer block) {
        return block.getLong(MAGIC.length + 2);
    }

    /** Fills in all of the block at {@code at} but its content, which is there. */
    static void seal(ByteBuffer buffer, int at, int place, long sequence, int part, int parts) {
        buffer.putLong(at + 4, sequence).putInt(at + 12, part).putInt(at + 16, parts);
        buffer.putInt(at, checksum(buffer, at + 4, at + BYTES) ^ place);
    }

    static boolean sound(ByteBuffer buffer, int at, int place) {
        return buffer.getInt(at) == (checksum(buffer, at + 4, at + BYTES) ^ place);
    }

    static long sequence(ByteBuffer buffer, int at) {
        return buffer.getLong(at + 4);
    }

    static int part(ByteBuffer buffer, int at) {
        return buffer.getInt(at + 12);
    }

    static int parts(ByteBuffer buffer, int at) {
        return buffer.getInt(at + 16);
    }

    static boolean zero(ByteBuffer buffer, int at) {
        for (int i = 0; i < BYTES; i += 8) {
            if (buffer.getLong(at + i) != 0) {
                return false;
            }
        }
        return true;
    }

    /** A CRC32C; the buffer stays as it is. */
    static int checksum(ByteBuffer bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().limit(to).position(from));
        return (int) crc.getValue();
    }
}

package io.capstan.actors.internal.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What every block of one write-ahead file is, as read from disk. */
final class BlockMap {
    /** A whole frame: its blocks are all there. */
    record Frame(long sequence, int at, int parts) {}

    private static final int READ_BLOCKS = 2048;
    private static final int STALE = 0;
    private static final int DAMAGED = 1;
    private static final int SOUND = 2;

    private final Disk.Handle handle;
    private final long store;
    private final int number;
    private final byte[] kind;
    private final long[] sequence;
    private final int[] part;
    private final int[] parts;
    private ByteBuffer read = ByteBuffer.allocateDirect(64 * 1024);

    /** @param from blocks of frames before it are stale, like those never written */
    BlockMap(Disk.Handle handle, long store, int number, long from) throws IOException {
        this.handle = handle;
        this.store = store;
        this.number = number;
        int blocks = Math.toIntExact(handle.size() / Blocks.BYTES);
        kind = new byte[blocks];
        sequence = new long[blocks];
        part = new int[blocks];
        parts = new int[blocks];
        ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BLOCKS * Blocks.BYTES);
        for (int at = 1; at < blocks; at += READ_BLOCKS) {
            int some = Math.min(READ_BLOCKS, blocks - at);
            buffer.clear().limit(some * Blocks.BYTES);
            handle.read(buffer, (long) at * Blocks.BYTES);
            for (int i = 0; i < some; i++) {
                judge(buffer, i * Blocks.BYTES, at + i, from);
            }
        }
    }

    private void judge(ByteBuffer buffer, int offset, int block, long from) {
        if (Blocks.sound(buffer, offset, Blocks.place(store, number, block))) {
            sequence[block] = Blocks.sequence(buffer, offset);
            part[block] = Blocks.part(buffer, offset);
            parts[block] = Blocks.parts(buffer, offset);
            kind[block] = (byte) (sequence[block] >= from ? SOUND : STALE);
        } else {
            kind[block] = (byte) (Blocks.zero(buffer, offset) ? STALE : DAMAGED);
        }
    }

    /** The consecutive whole frames from the file's beginning on. */
    List<Frame> run() {
        List<Frame> run = new ArrayList<>();
        int at = 1;
        while (whole(at) && (run.isEmpty() || sequence[at] == sequence[at - 1] + 1)) {
            run.add(new Frame(sequence[at], at, parts[at]));
            at += parts[at];
        }
        return run;
    }

    private boolean whole(int at) {
        if (at >= kind.length || kind[at] != SOUND || parts[at] < 1 || parts[at] > kind.length - at) {
            return false;
        }
        for (int i = 0; i < parts[at]; i++) {
            if (kind[at + i] != SOUND
                    || sequence[at + i] != sequence[at]
                    || part[at + i] != i
                    || parts[at + i] != parts[at]) {
                return false;
            }
        }
        return true;
    }

    /** The highest sequence of any block, {@code otherwise} if that is higher. */
    long highest(long otherwise) {
        long highest = otherwise;
        for (int block = 1; block < kind.length; block++) {
            if (kind[block] == SOUND) {
                highest = Math.max(highest, sequence[block]);
            }
        }
        return highest;
    }

    /**
     * Whether a frame that begins, or would begin, at {@code at} has a block that the disk has changed. A block that was
     * there before says that the frame was not written entirely, and so never acknowledged.
     */
    boolean damagedAt(int at) {
        if (at >= kind.length || kind[at] == STALE) {
            return false;
        }
        int end = kind[at] == SOUND ? Math.min(kind.length, at + Math.max(1, parts[at])) : at + 1;
        for (int block = at; block < end; block++) {
            if (kind[block] == DAMAGED) {
                return true;
            }
        }
        return false;
    }

    /** Whether the disk has changed any block at all. */
    boolean damaged() {
        for (byte block : kind) {
            if (block == DAMAGED) {
                return true;
            }
        }
        return false;
    }

    /** The changes in a frame. */
    List<Store.Change> read(Frame frame) throws IOException {
        int bytes = frame.parts() * Blocks.BYTES;
        if (read.capacity() < bytes) {
            read = ByteBuffer.allocateDirect(bytes);
        }
        ByteBuffer blocks = read.clear().limit(bytes);
        handle.read(blocks, (long) frame.at() * Blocks.BYTES);
        ByteBuffer content = ByteBuffer.allocate(frame.parts() * Blocks.CONTENT_BYTES);
        for (int i = 0; i < frame.parts(); i++) {
            content.put(blocks.slice(i * Blocks.BYTES + Blocks.CONTENT_AT, Blocks.CONTENT_BYTES));
        }
        content.flip();
        int length = content.getInt();
        if (length < 0 || length > content.remaining()) {
            throw new IllegalArgumentException("a frame of " + length + " bytes");
        }
        return Frames.decode(content.limit(Frames.HEAD_BYTES + length));
    }
}

package io.capstan.actors.internal.store;

import io.capstan.actors.internal.store.Store.Change;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * One write-ahead file: made once in its full length, so that a flush moves data alone and no file size (a growing file
 * costs a journal commit of the file system per flush), then written over and over from its beginning.
 *
 * <p>Not thread-safe. A failure is final: the file is neither written nor read again by this process; but for want of room,
 * after which the same frame may be written again, whole and in the same place.
 */
final class WriteAheadFile implements AutoCloseable {
    static final long UNUSED = -1;
    private static final long NOTHING = -1;
    private static final byte[] ZEROS = new byte[Blocks.BYTES];
    private static final int BUFFER_BYTES = 1024 * 1024;

    private final Disk.Handle handle;
    private final long store;
    private final int number;
    // Begins at a multiple of the handle's unit. Between two writes it holds the unit in which the last one ended.
    private final ByteBuffer buffer;
    private final int unitBlocks;
    private long heldBlock = NOTHING;

    WriteAheadFile(Disk.Handle handle, long store, int number) {
        this.handle = handle;
        unitBlocks = handle.unit() / Blocks.BYTES;
        buffer = ByteBuffer.allocateDirect(BUFFER_BYTES + handle.unit()).alignedSlice(handle.unit());
        this.store = store;
        this.number = number;
    }

    static String name(int number) {
        return "write-ahead-" + number;
    }

    /**
     * Makes the file anew, durably and in one step, in place of the one that is there.
     *
     * @param mark a sequence before the next: a block of it says that the store was in use before the file, should LMDB's
     *     be lost; {@link #UNUSED} when it was not
     */
    static void make(Disk disk, long store, int number, long bytes, long mark) throws IOException {
        String draft = name(number) + ".new";
        disk.delete(draft);
        ByteBuffer zeros = ByteBuffer.allocateDirect(1024 * 1024);
        Disk.Handle handle = disk.create(draft);
        try {
            for (long at = 0; at < bytes; at += zeros.capacity()) {
                zeros.clear().limit((int) Math.min(zeros.capacity(), bytes - at));
                handle.write(zeros, at);
            }
            handle.write(Blocks.head(number, store), 0);
            if (mark != UNUSED) {
                ByteBuffer block = ByteBuffer.allocateDirect(Blocks.BYTES);
                Blocks.seal(block, 0, Blocks.place(store, number, 1), mark, 0, 1);
                handle.write(block, Blocks.BYTES);
            }
            handle.force();
        } finally {
            handle.close();
        }
        disk.rename(draft, name(number));
        disk.syncNames();
    }

    /**
     * Writes one frame and makes it durable.
     *
     * @param at the block where it begins
     * @return the block after it
     */
    long append(long at, long sequence, List<Change> changes, long contentBytes) throws IOException {
        int parts = Math.toIntExact(Blocks.needed(Frames.HEAD_BYTES + contentBytes));
        hold(at - at % unitBlocks, at);
        FrameWriter writer = new FrameWriter(at, sequence, parts);
        writer.put(ByteBuffer.allocate(4).putInt(Math.toIntExact(contentBytes)).array());
        for (Change change : changes) {
            Frames.encode(change, writer);
        }
        writer.end();
        handle.force();
        return at + parts;
    }

    /** What stands before the frame in the unit in which it begins is written with it, as it is. */
    private void hold(long first, long at) throws IOException {
        if (first < at && heldBlock != first) {
            handle.read(buffer.clear().limit(handle.unit()), first * Blocks.BYTES);
        }
        heldBlock = first;
    }

    @Override
    public void close() {
        handle.close();
    }

    /** Cuts content into blocks. */
    private final class FrameWriter implements Frames.Sink {
        private final long sequence;
        private final int parts;
        private long block;
        private int part;
        // Where the buffer's block begins.
        private int start;

        FrameWriter(long at, long sequence, int parts) {
            this.block = heldBlock;
            this.sequence = sequence;
            this.parts = parts;
            start = Math.toIntExact(at - heldBlock) * Blocks.BYTES;
            buffer.clear().position(start + Blocks.CONTENT_AT);
        }

        @Override
        public void put(byte[] bytes) {
            int done = 0;
            while (done < bytes.length) {
                int room = start + Blocks.BYTES - buffer.position();
                if (room == 0) {
                    next();
                    continue;
                }
                int piece = Math.min(room, bytes.length - done);
                buffer.put(bytes, done, piece);
                done += piece;
            }
        }

        private void next() {
            int place = Blocks.place(store, number, block + start / Blocks.BYTES);
            Blocks.seal(buffer, start, place, sequence, part++, parts);
            start += Blocks.BYTES;
            if (start == buffer.capacity()) {
                write();
            }
            buffer.position(start + Blocks.CONTENT_AT);
        }

        private void write() {
            try {
                handle.write(buffer.clear().limit(start), block * Blocks.BYTES);
            } catch (IOException failed) {
                heldBlock = NOTHING; // Parts of this frame are in its place.
                throw new java.io.UncheckedIOException(failed);
            }
            buffer.clear();
            block += start / Blocks.BYTES;
            start = 0;
        }

        void end() {
            while (buffer.position() < start + Blocks.BYTES) {
                buffer.put((byte) 0);
            }
            next();
            if (part != parts) {
                throw new IllegalStateException("a frame of " + part + " parts was announced as " + parts);
            }
            int end = start;
            int held = end % handle.unit();
            while (start % handle.unit() != 0) {
                // Behind the frame there is nothing of account: a file is filled from its beginning.
                buffer.put(start, ZEROS, 0, Blocks.BYTES);
                start += Blocks.BYTES;
            }
            heldBlock = block + (end - held) / Blocks.BYTES;
            if (start > 0) {
                write();
                buffer.put(0, buffer.duplicate(), end - held, held);
            }
        }
    }
}

package io.capstan.actors.internal.store;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Writes a snapshot's file, block by block. */
final class SnapshotDraft extends Snapshots.Draft {
    // Flushed as it goes: a long file's flush at its end alone would hold up everybody else's for as long.
    private static final int BLOCKS_PER_FLUSH = 128;

    private final SnapshotFiles files;
    private final String file;
    private final Disk.Handle handle;
    private final long identity;
    private final ByteBuffer block =
            ByteBuffer.allocateDirect(SnapshotFormat.BLOCK_BYTES + SnapshotFormat.CHECKSUM_BYTES);
    private long bytes;
    private long number;
    private long position;
    private boolean over;

    SnapshotDraft(SnapshotFiles files, String file, Disk.Handle handle, long identity) {
        this.files = files;
        this.file = file;
        this.handle = handle;
        this.identity = identity;
        SnapshotFormat.putHead(block, identity);
        guarded(this::put);
        block.limit(SnapshotFormat.BLOCK_BYTES);
    }

    @Override
    public void write(int oneByte) {
        write(new byte[] {(byte) oneByte}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) {
        requireOpen();
        int done = 0;
        while (done < length) {
            if (!block.hasRemaining()) {
                guarded(this::putBlock);
            }
            int piece = Math.min(block.remaining(), length - done);
            block.put(source, offset + done, piece);
            done += piece;
            bytes += piece;
        }
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void seal() {
        requireOpen();
        guarded(() -> {
            if (block.position() > 0) {
                putBlock();
            }
            SnapshotFormat.putTail(block, identity, bytes);
            put();
            handle.force();
            files.sealed(file);
        });
        over = true;
        handle.close();
    }

    private void putBlock() throws IOException {
        files.requireRoom();
        ByteBuffer content = block.duplicate().flip();
        block.limit(block.capacity()).putInt(SnapshotFormat.blockChecksum(identity, number++, content));
        put();
        block.limit(SnapshotFormat.BLOCK_BYTES);
        if (number % BLOCKS_PER_FLUSH == 0) {
            handle.force();
        }
    }

    /** Writes what the buffer holds and empties it. */
    private void put() throws IOException {
        block.flip();
        int length = block.remaining();
        handle.write(block, position);
        position += length;
        block.clear();
    }

    private void requireOpen() {
        if (over) {
            throw new IllegalStateException("the draft was sealed or closed, or has failed");
        }
    }

    /** A flush that failed cannot be tried again: the whole draft goes. */
    private void guarded(Step step) {
        try {
            step.run();
        } catch (IOException failed) {
            close();
            throw SnapshotFiles.failure("a snapshot cannot be written", failed);
        } catch (RuntimeException refused) {
            close();
            throw refused;
        }
    }

    @Override
    public void close() {
        if (!over) {
            over = true;
            handle.close();
            files.discard(file);
        }
    }

    private interface Step {
        void run() throws IOException;
    }
}

package io.capstan.actors.internal.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Reads a snapshot's file, and believes nothing that its checksums do not confirm. Keeps the last block it read. */
final class SnapshotReader implements Snapshots.Snapshot {
    private final String name;
    private final Disk.Handle handle;
    private final long identity;
    private final long bytes;
    private final ByteBuffer block;
    private long held = -1;

    static SnapshotReader open(String name, Disk.Handle handle) throws IOException {
        try {
            return new SnapshotReader(name, handle);
        } catch (IOException | RuntimeException refused) {
            handle.close();
            throw refused;
        }
    }

    private SnapshotReader(String name, Disk.Handle handle) throws IOException {
        this.name = name;
        this.handle = handle;
        ByteBuffer ends = ByteBuffer.allocateDirect(SnapshotFormat.HEAD_BYTES);
        handle.read(ends, 0);
        SnapshotFormat.Head head = SnapshotFormat.head(ends.flip());
        if (head.version() > SnapshotFormat.VERSION) {
            throw new StoreFailure(
                    StoreFailure.Kind.NEWER_FORMAT,
                    "snapshot " + name + " has format " + head.version() + ", this Capstan knows up to "
                            + SnapshotFormat.VERSION + ": start the version that wrote it, or a newer one");
        }
        ends.clear().limit(SnapshotFormat.TAIL_BYTES);
        handle.read(ends, Math.max(0, handle.size() - SnapshotFormat.TAIL_BYTES));
        identity = head.identity();
        bytes = ends.getLong(0);
        if (head.equals(SnapshotFormat.Head.DAMAGED)
                || bytes < 0
                || ends.getInt(8) != SnapshotFormat.tailChecksum(identity, bytes)
                || handle.size() != SnapshotFormat.fileBytes(bytes)) {
            throw damaged("its beginning, its end or its length is wrong");
        }
        block = ByteBuffer.allocateDirect(
                (int) Math.min(bytes, SnapshotFormat.BLOCK_BYTES) + SnapshotFormat.CHECKSUM_BYTES);
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public int read(long position, byte[] into, int offset, int length) {
        if (position < 0 || position > bytes) {
            throw new IndexOutOfBoundsException("position " + position + " of " + bytes);
        }
        int done = 0;
        while (done < length && position + done < bytes) {
            hold((position + done) / SnapshotFormat.BLOCK_BYTES);
            int within = (int) ((position + done) % SnapshotFormat.BLOCK_BYTES);
            int piece = Math.min(block.limit() - within, length - done);
            block.get(within, into, offset + done, piece);
            done += piece;
        }
        return done;
    }

    private void hold(long number) {
        if (held == number) {
            return;
        }
        held = -1;
        int content = (int) Math.min(SnapshotFormat.BLOCK_BYTES, bytes - number * SnapshotFormat.BLOCK_BYTES);
        block.clear().limit(content + SnapshotFormat.CHECKSUM_BYTES);
        try {
            handle.read(block, SnapshotFormat.blockPosition(number));
        } catch (IOException failed) {
            throw SnapshotFiles.failure("snapshot " + name + " cannot be read", failed);
        }
        boolean whole = !block.hasRemaining();
        int checksum = block.getInt(content);
        block.position(0).limit(content);
        if (!whole || checksum != SnapshotFormat.blockChecksum(identity, number, block)) {
            throw damaged("its block " + number + " has a wrong checksum");
        }
        held = number;
    }

    private StoreFailure damaged(String what) {
        return new StoreFailure(
                StoreFailure.Kind.DAMAGED, "snapshot " + name + " is damaged (" + what + "): take another");
    }

    @Override
    public InputStream stream() {
        return new InputStream() {
            private long position;

            @Override
            public int read() {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                if (length == 0) {
                    return 0;
                }
                int read = SnapshotReader.this.read(position, into, offset, length);
                position += read;
                return read == 0 ? -1 : read;
            }
        };
    }

    @Override
    public void close() {
        handle.close();
    }
}

package io.capstan.raft.internal.snapshot;

import io.capstan.actors.internal.store.Snapshots;
import io.capstan.actors.internal.store.StoreFailure;
import io.capstan.raft.core.Effect;
import io.capstan.raft.core.Input;
import io.capstan.raft.core.SnapshotMeta;
import io.capstan.raft.internal.wire.In;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stages what a leader sends: nobody hears of it before all of it is there and verified. Belongs to one lane. */
final class Receiving {
    private static final Logger LOG = LoggerFactory.getLogger(Receiving.class);

    private final Shelf shelf;
    private @Nullable SnapshotMeta snapshot;
    private Snapshots.@Nullable Draft draft;
    private final CRC32C crc = new CRC32C();
    // The last bytes so far: when the piece was the last one, they are the checksum and not part of the sum.
    private byte[] tail = new byte[0];

    Receiving(Shelf shelf) {
        this.shelf = shelf;
    }

    /** Keeps a piece. Every piece is answered: the core waits for it. What failed is begun anew, from 0. */
    Input.ChunkStored store(Effect.StoreChunk chunk) {
        SnapshotMeta meta = chunk.snapshot();
        try {
            SnapshotName name = shelf.received(meta.index(), meta.term());
            if (chunk.offset() == 0) {
                close();
                if (shelf.has(name)) {
                    return new Input.ChunkStored(meta, chunk.bytes().length, true);
                }
                draft = shelf.create(name);
                snapshot = meta;
            }
            Snapshots.Draft open = draft;
            if (open == null || !meta.equals(snapshot) || open.bytes() != chunk.offset()) {
                return new Input.ChunkStored(meta, 0, false);
            }
            open.write(chunk.bytes(), 0, chunk.bytes().length);
            sum(chunk.bytes());
            long next = open.bytes();
            if (!chunk.last()) {
                return new Input.ChunkStored(meta, next, false);
            }
            if (tail.length < SnapshotContent.CHECKSUM_BYTES || new In(tail).i32() != (int) crc.getValue()) {
                LOG.warn("a received snapshot has a wrong checksum: it is asked for again");
                close();
                return new Input.ChunkStored(meta, 0, false);
            }
            open.seal();
            close();
            return new Input.ChunkStored(meta, next, true);
        } catch (StoreFailure failed) {
            LOG.warn("a piece of a snapshot cannot be kept: {}", failed.getMessage());
            close();
            return new Input.ChunkStored(meta, 0, false);
        }
    }

    private void sum(byte[] piece) {
        byte[] all = new byte[tail.length + piece.length];
        System.arraycopy(tail, 0, all, 0, tail.length);
        System.arraycopy(piece, 0, all, tail.length, piece.length);
        int summed = Math.max(0, all.length - SnapshotContent.CHECKSUM_BYTES);
        crc.update(all, 0, summed);
        tail = java.util.Arrays.copyOfRange(all, summed, all.length);
    }

    /** Discards what is not whole. */
    void close() {
        if (draft != null) {
            draft.close();
            draft = null;
        }
        snapshot = null;
        crc.reset();
        tail = new byte[0];
    }
}

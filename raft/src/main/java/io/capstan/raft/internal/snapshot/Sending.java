package io.capstan.raft.internal.snapshot;

import io.capstan.actors.internal.store.Snapshots;
import io.capstan.actors.internal.store.StoreFailure;
import io.capstan.raft.core.Effect;
import io.capstan.raft.core.Input;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the pieces of a snapshot that followers need. Belongs to one lane. */
final class Sending {
    private static final Logger LOG = LoggerFactory.getLogger(Sending.class);

    private final Shelf shelf;
    private long openIndex;
    private Snapshots.@Nullable Snapshot open;
    private boolean told;

    Sending(Shelf shelf) {
        this.shelf = shelf;
    }

    /** The piece; null when there is none and the core is to ask again after a while. */
    Input.@Nullable SnapshotRead read(Effect.ReadSnapshot asked) {
        try {
            Snapshots.Snapshot snapshot = snapshot(asked.index());
            if (snapshot == null) {
                // A newer one has taken its place: an empty piece has the core begin again with that. Without a newer
                // one it would ask in a circle.
                return shelf.newest() > asked.index()
                        ? new Input.SnapshotRead(asked.to(), asked.index(), asked.offset(), new byte[0], false)
                        : null;
            }
            byte[] bytes = new byte[(int) Math.min(asked.bytesMax(), Math.max(0, snapshot.bytes() - asked.offset()))];
            int read = snapshot.read(Math.min(asked.offset(), snapshot.bytes()), bytes, 0, bytes.length);
            boolean last = asked.offset() + read >= snapshot.bytes();
            return new Input.SnapshotRead(asked.to(), asked.index(), asked.offset(), Arrays.copyOf(bytes, read), last);
        } catch (StoreFailure failed) {
            if (!told) {
                LOG.error("a snapshot cannot be sent: {}", failed.getMessage());
                told = true;
            }
            close();
            return null;
        }
    }

    private Snapshots.@Nullable Snapshot snapshot(long index) {
        if (open == null || openIndex != index) {
            close();
            open = shelf.open(index);
            openIndex = index;
            told = false;
        }
        return open;
    }

    /** Those before {@code index} are about to go. One that is asked for can be read on; an idle one keeps no space. */
    void prune(long index, boolean idle) {
        if (idle && openIndex < index) {
            close();
        }
    }

    void close() {
        if (open != null) {
            open.close();
            open = null;
        }
    }
}

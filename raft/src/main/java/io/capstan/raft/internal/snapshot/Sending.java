package io.capstan.raft.internal.snapshot;

import io.capstan.actors.internal.store.Snapshots;
import io.capstan.actors.internal.store.StoreFailure;
import io.capstan.raft.core.Effect;
import io.capstan.raft.core.Input;
import java.util.LinkedHashMap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the pieces of a snapshot that followers need. Belongs to one lane. */
final class Sending {
    private static final Logger LOG = LoggerFactory.getLogger(Sending.class);

    // Followers get different ones when one of them began before the newest was taken.
    private static final int OPEN_MAX = 3;

    private final Shelf shelf;
    // The one that was read last is the last.
    private final LinkedHashMap<Long, Snapshots.Snapshot> open = new LinkedHashMap<>(OPEN_MAX, 1, true);
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
            long left = Math.max(0, snapshot.bytes() - asked.offset());
            byte[] bytes = new byte[(int) Math.min(asked.bytesMax(), left)];
            snapshot.read(Math.min(asked.offset(), snapshot.bytes()), bytes, 0, bytes.length);
            return new Input.SnapshotRead(asked.to(), asked.index(), asked.offset(), bytes, bytes.length == left);
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
        Snapshots.Snapshot found = open.get(index);
        if (found == null) {
            found = shelf.open(index);
            if (found != null) {
                open.put(index, found);
                told = false;
            }
            if (open.size() > OPEN_MAX) {
                Long oldest = open.keySet().iterator().next();
                Objects.requireNonNull(open.remove(oldest)).close();
            }
        }
        return found;
    }

    /** Those before {@code index} are about to go. One that is asked for can be read on; an idle one keeps no space. */
    void prune(long index, boolean idle) {
        if (idle) {
            open.entrySet().removeIf(entry -> {
                boolean goes = entry.getKey() < index;
                if (goes) {
                    entry.getValue().close();
                }
                return goes;
            });
        }
    }

    void close() {
        open.values().forEach(Snapshots.Snapshot::close);
        open.clear();
    }
}

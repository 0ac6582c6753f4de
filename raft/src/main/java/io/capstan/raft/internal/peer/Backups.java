package io.capstan.raft.internal.peer;

import io.capstan.raft.core.SnapshotMeta;
import io.capstan.raft.internal.log.GroupRescue;
import io.capstan.raft.internal.wire.GroupId;
import java.util.ArrayList;
import java.util.List;

/**
 * Backups of a running member: each waits until the log stands on the snapshot that was taken for it, or the member ends
 * ({@link Hosts#backup}). Belongs to its actor.
 */
final class Backups {
    private final PeerParts parts;
    private final List<PeerEvent.Backup> waiting = new ArrayList<>();

    Backups(PeerParts parts) {
        this.parts = parts;
    }

    void add(PeerEvent.Backup backup) {
        waiting.add(backup);
    }

    /** Begins those whose snapshot is there. */
    void proceed(long term) {
        GroupId id = parts.log().group();
        if (id != null && !waiting.isEmpty()) {
            SnapshotMeta snapshot = parts.log().snapshot();
            waiting.removeIf(backup -> {
                boolean begins = snapshot.index() >= backup.index();
                if (begins) {
                    begin(backup, id, term, snapshot);
                }
                return begins;
            });
        }
    }

    private void begin(PeerEvent.Backup backup, GroupId id, long term, SnapshotMeta snapshot) {
        String node = parts.mesh().self().name();
        parts.snapshots()
                .use(
                        snapshot.index(),
                        content -> backup.outcome()
                                .complete(GroupRescue.save(
                                        parts.group(), node, id, term, snapshot, content, backup.file())),
                        backup.outcome()::completeExceptionally);
    }
}

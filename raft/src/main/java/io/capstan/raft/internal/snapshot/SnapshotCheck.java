package io.capstan.raft.internal.snapshot;

import io.capstan.actors.internal.store.Snapshots;
import io.capstan.actors.internal.store.StoreFailure;
import io.capstan.raft.core.SnapshotMeta;
import io.capstan.raft.internal.wire.Malformed;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Judges the snapshot that a log stands on. */
public final class SnapshotCheck {
    private SnapshotCheck() {}

    /**
     * Reads all of it, every checksum; changes nothing.
     *
     * @param meta what the log says of it. Of which making of the group it is does not count: a recovered group goes on
     *     from the snapshot of the one before
     * @return what is wrong; null when nothing is
     */
    public static @Nullable String judge(Snapshots files, String group, SnapshotMeta meta) {
        if (meta.index() == 0) {
            return null;
        }
        try (Snapshots.Snapshot file = new Shelf(files, group).open(meta.index())) {
            if (file == null) {
                return "the snapshot of entry " + meta.index() + " is gone";
            }
            SnapshotContent.read(file, record -> {}, (head, in) -> {
                if (head.index() != meta.index() || head.term() != meta.term()) {
                    throw new Malformed("it is of entry " + head.index() + " of term " + head.term()
                            + ", and the log stands on entry " + meta.index() + " of term " + meta.term());
                }
            });
            return null;
        } catch (StoreFailure | Malformed | IOException wrong) {
            return String.valueOf(wrong.getMessage());
        }
    }
}

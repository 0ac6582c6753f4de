package io.capstan.raft.internal.log;

import io.capstan.actors.internal.store.NodeStore;
import io.capstan.actors.internal.store.Store.Change;
import io.capstan.actors.internal.store.StoreInspection;
import io.capstan.actors.internal.store.StoreSettings;
import io.capstan.raft.internal.wire.GroupId;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** A member's directory as it would be, had the clock been ahead where its group was made; since then it was set back. */
public final class ClockAhead {
    private ClockAhead() {}

    /** Changes the epoch of the group in the directory of a node that does not run. */
    public static void makes(Path directory, String group, long epoch, StoreSettings settings) {
        String node = StoreInspection.nodeName(directory);
        try (NodeStore store = NodeStore.open(directory, node, settings)) {
            byte[] key = new LogKeys(group).member();
            LogRecords.MemberRecord was = LogRecords.member(key, Objects.requireNonNull(store.get(LogKeys.SPACE, key)));
            GroupId id = new GroupId(epoch, Objects.requireNonNull(was.group()).random());
            LogRecords.MemberRecord is = new LogRecords.MemberRecord(was.incarnation(), id);
            LogCheck.await(store, List.of(new Change.Put(LogKeys.SPACE, key, LogRecords.member(key, is))));
        }
    }
}

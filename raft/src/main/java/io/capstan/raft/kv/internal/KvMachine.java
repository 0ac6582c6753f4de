package io.capstan.raft.kv.internal;

import io.capstan.raft.LogEntry;
import io.capstan.raft.StateMachine;
import io.capstan.raft.kv.core.KvCommand;
import io.capstan.raft.kv.core.KvQuery;
import io.capstan.raft.kv.core.KvReply;
import io.capstan.raft.kv.core.KvTable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The table as a group's state machine. */
public final class KvMachine implements StateMachine<KvCommand, KvQuery> {
    private KvTable table = new KvTable();

    @Override
    public KvReply handleWrite(KvCommand command, LogEntry entry) {
        return table.execute(command, entry.index());
    }

    @Override
    public KvReply handleRead(KvQuery query) {
        return table.answer(query);
    }

    /** A watch waits for its prefix. */
    @Override
    public @Nullable Object waitsFor(KvQuery query) {
        return query instanceof KvQuery.Changes changes && table.isToWait(query) ? changes.prefix() : null;
    }

    /** All that the changed keys begin with: whatever of it is watched. */
    @Override
    public Collection<?> news() {
        Set<String> prefixes = new LinkedHashSet<>();
        for (String key : table.changed()) {
            for (int end = 0; end <= key.length(); end++) {
                prefixes.add(key.substring(0, end));
            }
        }
        return prefixes;
    }

    @Override
    public Optional<View> snapshot() {
        return Optional.of(new KvSnapshot(table.image()));
    }

    @Override
    public void restore(InputStream in) throws IOException {
        table = KvSnapshot.read(in);
    }
}

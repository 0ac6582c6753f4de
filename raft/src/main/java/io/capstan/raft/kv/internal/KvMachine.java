package io.capstan.raft.kv.internal;

import io.capstan.raft.LogEntry;
import io.capstan.raft.StateMachine;
import io.capstan.raft.kv.core.KvCommand;
import io.capstan.raft.kv.core.KvQuery;
import io.capstan.raft.kv.core.KvReply;
import io.capstan.raft.kv.core.KvTable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

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

    @Override
    public Optional<View> snapshot() {
        return Optional.of(new KvSnapshot(table.image()));
    }

    @Override
    public void restore(InputStream in) throws IOException {
        table = KvSnapshot.read(in);
    }
}

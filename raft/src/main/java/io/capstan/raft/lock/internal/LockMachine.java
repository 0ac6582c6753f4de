package io.capstan.raft.lock.internal;

import io.capstan.raft.Expiring;
import io.capstan.raft.LogEntry;
import io.capstan.raft.StateMachine;
import io.capstan.raft.lock.core.LockCommand;
import io.capstan.raft.lock.core.LockQuery;
import io.capstan.raft.lock.core.LockReply;
import io.capstan.raft.lock.core.LockTable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** The lock table as a group's state machine. */
public final class LockMachine implements StateMachine<LockCommand, LockQuery>, Expiring<LockCommand> {
    private long epoch = 1;
    private LockTable table = new LockTable(epoch);

    @Override
    public void init(String group, long recoveryEpoch) {
        epoch = recoveryEpoch;
        table = new LockTable(epoch);
    }

    @Override
    public LockReply handleWrite(LockCommand command, LogEntry entry) {
        return table.execute(command, entry.index(), entry.time());
    }

    @Override
    public LockReply handleRead(LockQuery query) {
        return table.answer(query);
    }

    @Override
    public Optional<Due<LockCommand>> due() {
        return table.due().map(due -> new Due<>(due.time(), due.command()));
    }

    @Override
    public Optional<View> snapshot() {
        return Optional.of(new LockSnapshot(table.image()));
    }

    @Override
    public void restore(InputStream in) throws IOException {
        table = new LockTable(epoch, LockSnapshot.read(in));
    }
}

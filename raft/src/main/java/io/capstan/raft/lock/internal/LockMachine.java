package io.capstan.raft.lock.internal;

import io.capstan.raft.Expiring;
import io.capstan.raft.LogEntry;
import io.capstan.raft.StateMachine;
import io.capstan.raft.lock.core.LockCommand;
import io.capstan.raft.lock.core.LockQuery;
import io.capstan.raft.lock.core.LockReply;
import io.capstan.raft.lock.core.LockTable;
import java.util.Optional;

/** The lock table as a group's state machine. */
public final class LockMachine implements StateMachine<LockCommand, LockQuery>, Expiring<LockCommand> {
    private LockTable table = new LockTable(1);

    @Override
    public void init(String group, long recoveryEpoch) {
        table = new LockTable(recoveryEpoch);
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
}

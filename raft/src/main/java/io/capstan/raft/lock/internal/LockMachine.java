package io.capstan.raft.lock.internal;

import io.capstan.raft.Expiring;
import io.capstan.raft.LogEntry;
import io.capstan.raft.StateMachine;
import io.capstan.raft.internal.wire.Malformed;
import io.capstan.raft.lock.core.LockCommand;
import io.capstan.raft.lock.core.LockQuery;
import io.capstan.raft.lock.core.LockReply;
import io.capstan.raft.lock.core.LockTable;
import io.capstan.raft.lock.core.TableImage;
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

    /** Taken as values at once: the time of one walk over the table. The bytes are made by the other thread. */
    @Override
    public Optional<View> snapshot() {
        TableImage image = table.image();
        return Optional.of(out -> out.write(ImageCodec.encode(image)));
    }

    @Override
    public void restore(InputStream in) throws IOException {
        try {
            table = LockTable.restore(epoch, ImageCodec.decode(in.readAllBytes()));
        } catch (Malformed | IllegalArgumentException damaged) {
            throw new IOException("a snapshot of locks cannot be read: " + damaged.getMessage(), damaged);
        }
    }
}

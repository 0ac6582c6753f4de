package io.capstan.raft.lock.internal;

import io.capstan.raft.LogEntry;
import io.capstan.raft.StateMachine;
import io.capstan.raft.internal.wire.Malformed;
import io.capstan.raft.lock.core.LockCommand;
import io.capstan.raft.lock.core.LockQuery;
import io.capstan.raft.lock.core.LockReply;
import io.capstan.raft.lock.core.LockTable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The lock table as a group's state machine. */
public final class LockMachine implements StateMachine<LockCommand, LockQuery> {
    /** With waits in the log and the whole family. Commands of version 1 are not understood any more. */
    private static final int VERSION = 2;

    /** The one timer: of what falls due first. */
    private static final String DUE = "due";

    private long epoch = 1;
    private LockTable table = new LockTable(epoch);

    @Override
    public int version() {
        return VERSION;
    }

    @Override
    public int oldestVersion() {
        return VERSION;
    }

    @Override
    public void init(String group, long recoveryEpoch) {
        epoch = recoveryEpoch;
        table = new LockTable(epoch);
    }

    @Override
    public LockReply handleWrite(LockCommand command, LogEntry entry) {
        LockReply reply = table.execute(command, entry.index(), entry.time());
        table.due()
                .ifPresentOrElse(
                        due -> entry.effects().timer(DUE, due.time(), due.command()),
                        () -> entry.effects().cancel(DUE));
        return reply;
    }

    @Override
    public LockReply handleRead(LockQuery query) {
        return table.answer(query);
    }

    /** A request's own query for who waits in a queue; a name for who looks on. */
    @Override
    public @Nullable Object waitsFor(LockQuery query) {
        if (!table.isToWait(query)) {
            return null;
        }
        return query instanceof LockQuery.LookAgain look ? look.name() : query;
    }

    @Override
    public Collection<?> news() {
        Set<Object> keys = new LinkedHashSet<>(table.changed());
        table.news().forEach(news -> keys.add(new LockQuery.Poll(news.session(), news.request())));
        return keys;
    }

    /** Taken as values at once: the time of one walk over the table. The bytes are made by the other thread. */
    @Override
    public Optional<View> snapshot() {
        return Optional.of(new LockSnapshot(table.image()));
    }

    @Override
    public void restore(InputStream in) throws IOException {
        try {
            table = LockTable.restore(epoch, LockSnapshot.read(in));
        } catch (Malformed | IllegalArgumentException damaged) {
            throw new IOException("a snapshot of locks cannot be read: " + damaged.getMessage(), damaged);
        }
    }
}

package io.capstan.registry.internal.consistent;

import io.capstan.raft.LogEntry;
import io.capstan.raft.StateMachine;
import io.capstan.registry.core.owner.OwnerCommand;
import io.capstan.registry.core.owner.OwnerImage;
import io.capstan.registry.core.owner.OwnerQuery;
import io.capstan.registry.core.owner.OwnerReply;
import io.capstan.registry.core.owner.OwnerTable;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The consistent names as a group's state machine; {@link OwnerCodec} tells what a snapshot is. */
public final class OwnerMachine implements StateMachine<OwnerCommand, OwnerQuery> {
    /** The one timer: of what falls due first. */
    private static final String DUE = "due";

    /** What all copies of the owners wait for. */
    private static final String CHANGES = "changes";

    private long epoch = 1;
    private boolean changed;
    private OwnerTable table = new OwnerTable(epoch);

    @Override
    public void init(String group, long recoveryEpoch) {
        epoch = recoveryEpoch;
        table = new OwnerTable(epoch);
    }

    @Override
    public OwnerReply handleWrite(OwnerCommand command, LogEntry entry) {
        long before = table.changes();
        OwnerReply reply = table.execute(command, entry.index(), entry.time());
        changed = table.changes() > before;
        table.due()
                .ifPresentOrElse(
                        due -> entry.effects().timer(DUE, due.time(), due.command()),
                        () -> entry.effects().cancel(DUE));
        return reply;
    }

    @Override
    public OwnerReply handleRead(OwnerQuery query) {
        return table.answer(query);
    }

    @Override
    public @Nullable Object waitsFor(OwnerQuery query) {
        return table.isToWait(query) ? CHANGES : null;
    }

    /** Of the log's other entries, renewals above all, no copy is to be told. */
    @Override
    public Collection<?> news() {
        return changed ? List.of(CHANGES) : List.of();
    }

    @Override
    public Optional<View> snapshot() {
        OwnerImage image = table.image();
        return Optional.of(out -> OwnerCodec.image(image, new DataOutputStream(new BufferedOutputStream(out))));
    }

    @Override
    public void restore(InputStream in) throws IOException {
        table = new OwnerTable(epoch, OwnerCodec.image(new DataInputStream(in)));
    }
}

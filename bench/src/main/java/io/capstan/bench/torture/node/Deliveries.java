package io.capstan.bench.torture.node;

import io.capstan.raft.LogEntry;
import io.capstan.raft.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/** A state machine whose only work is to have numbers delivered to processes. */
final class Deliveries implements StateMachine<Deliveries.Deliver, Deliveries.Count> {
    /** Have {@code number} told to {@code to}. */
    record Deliver(long number, ActorRef<Parcel> to) implements StateMachine.Data {}

    /** How many there were. */
    record Count() implements StateMachine.Data {}

    /**
     * How many there were, and where the last stands in the log.
     *
     * @param hash of all numbers in their order: two machines that took others differ, however many there were
     */
    record Taken(long count, long index, long hash) implements StateMachine.Data {}

    /** What a process gets. */
    record Parcel(long number, long index) implements StateMachine.Data {}

    private long count;
    private long last;
    private long hash;

    @Override
    public Taken handleWrite(Deliver command, LogEntry entry) {
        count++;
        last = entry.index();
        hash = hash * 31 + command.number();
        entry.effects().send(command.to(), new Parcel(command.number(), entry.index()));
        return new Taken(count, last, hash);
    }

    @Override
    public Taken handleRead(Count query) {
        return new Taken(count, last, hash);
    }

    @Override
    public Optional<View> snapshot() {
        long counted = count;
        long at = last;
        long sum = hash;
        return Optional.of(out -> {
            DataOutputStream data = new DataOutputStream(out);
            data.writeLong(counted);
            data.writeLong(at);
            data.writeLong(sum);
        });
    }

    @Override
    public void restore(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        count = data.readLong();
        last = data.readLong();
        hash = data.readLong();
    }
}

package io.capstan.crdt.internal;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.CounterKey;
import io.capstan.crdt.core.CounterRow;
import io.capstan.crdt.core.CounterWire;
import io.capstan.crdt.core.Effect;
import io.capstan.crdt.core.Slot;
import io.capstan.crdt.core.Sums;
import io.capstan.crdt.core.TableSettings;
import io.capstan.crdt.core.TableSettings.Departed;
import io.capstan.crdt.core.TableWire;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** One node's counters, which meet another's only when the test says so, over the real bytes. */
final class MeetingReplica {
    private static final int COUNTERS_MAX = 10_000_000;

    final NodeId id;
    /** What this node's wall clock shows. */
    long wallMillis;

    /** What was found of slots beyond what they were folded at. */
    final List<String> excesses = new ArrayList<>();

    final CounterBook book = new CounterBook(COUNTERS_MAX, () -> wallMillis);
    final CounterReplica counters;
    private final TableWire<CounterKey, CounterRow> wire = CounterWire.wire();
    private long nowMillis;

    MeetingReplica(String name, long incarnation, long bits) {
        id = new NodeId(name, incarnation);
        counters = new CounterReplica(
                new Slot(bits, name.hashCode(), id), TableSettings.defaults(Departed.KEEP), book, new ReplicaEvents() {
                    @Override
                    public void conflict(String operation) {}

                    @Override
                    public void excess(Effect.Excess<CounterKey, CounterRow> excess, Sums amount) {
                        excesses.add(amount.added() + " added, " + amount.taken() + " taken");
                    }
                });
    }

    MeetingReplica(String name) {
        this(name, 1, 1);
    }

    Cells cells(String name) {
        return Objects.requireNonNull(book.counter(name));
    }

    long value(String name) {
        return cells(name).value();
    }

    /** What this node alone has done is stamped and told to its own cells. */
    void flush() {
        counters.flush();
        counters.drain();
        counters.flush(); // What the first one has found to be swept away.
        counters.drain();
    }

    void pass(long millis) {
        nowMillis += millis;
        counters.tick(nowMillis);
        counters.drain();
    }

    /** Both get all that the other has. */
    void meet(MeetingReplica other) {
        flush();
        other.flush();
        counters.table().linked(other.id);
        other.counters.table().linked(id);
        boolean moved = true;
        while (moved) {
            moved = deliver(other);
            moved |= other.deliver(this);
        }
        counters.table().unlinked(other.id);
        other.counters.table().unlinked(id);
        flush();
        other.flush();
    }

    private boolean deliver(MeetingReplica to) {
        boolean moved = false;
        for (Effect<CounterKey, CounterRow> effect : counters.drain()) {
            if (effect instanceof Effect.Send<CounterKey, CounterRow> send
                    && send.peer().equals(to.id)) {
                to.counters.table().frame(id, to.wire.decode(wire.encode(send.frame())));
                moved = true;
            }
        }
        return moved;
    }
}

package io.capstan.crdt.internal;

import io.capstan.crdt.core.CounterKey;
import io.capstan.crdt.core.CounterKey.Operation;
import io.capstan.crdt.core.CounterKey.Total;
import io.capstan.crdt.core.CounterRow;
import io.capstan.crdt.core.CounterWire;
import io.capstan.crdt.core.Deltas;
import io.capstan.crdt.core.Effect;
import io.capstan.crdt.core.Operations;
import io.capstan.crdt.core.Slot;
import io.capstan.crdt.core.Sums;
import io.capstan.crdt.core.Table;
import io.capstan.crdt.core.TableSettings;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The cells of a node and their table, kept in step: what cells gather is stamped, what other slots and operations say
 * is told to cells. Not thread-safe; the cells themselves are.
 */
final class CounterReplica {
    private final CounterBook book;
    private final Consumer<String> conflict;
    private final Table<CounterKey, CounterRow> table;
    private final Operations operations = new Operations();

    /** Starts one whose {@code conflict} is told every id that was found to stand for two different things. */
    CounterReplica(Slot slot, TableSettings settings, CounterBook book, Consumer<String> conflict) {
        this.book = book;
        this.conflict = conflict;
        this.table = new Table<>(slot, settings, CounterWire.wire());
    }

    Table<CounterKey, CounterRow> table() {
        return table;
    }

    /** Stamps what has changed, unless a peer chases our tail in vain: the cells coalesce meanwhile. */
    int flush() {
        if (table.holding()) {
            return 0;
        }
        List<Cells> taken = book.takeDirty();
        for (Cells cells : taken) {
            table.put(cells.key(), cells.clean());
            cells.changed();
        }
        return taken.size();
    }

    /**
     * Stamps an operation, which counts once however often this is called, and wherever.
     *
     * @return false when the id is known to stand for something else; nothing was done
     */
    boolean add(String id, Deltas deltas) {
        Operation key = new Operation(id);
        CounterRow own = table.own(key);
        Deltas counted = operations.counted(id);
        if ((own != null && !own.equals(deltas)) || (counted != null && !counted.equals(deltas))) {
            return false;
        }
        if (own == null) {
            // Also when another slot has it: our own slot is the one whose acknowledgements we hear.
            table.put(key, deltas);
        }
        return true;
    }

    /** Whether something counts under this id. */
    boolean counts(String id) {
        return operations.counted(id) != null;
    }

    int operations() {
        return operations.size();
    }

    /** Lets the cells know what other slots say, and returns all effects for whoever sends and logs. */
    List<Effect<CounterKey, CounterRow>> drain() {
        List<Effect<CounterKey, CounterRow>> effects = table.drain();
        for (Effect<CounterKey, CounterRow> effect : effects) {
            if (effect instanceof Effect.Changed<CounterKey, CounterRow> changed) {
                changed(changed);
            }
        }
        return effects;
    }

    /** Whether the linked nodes have everything that was ever added here. */
    boolean everybodyHasAll() {
        return book.clean() && table.acknowledgedByAll();
    }

    private void changed(Effect.Changed<CounterKey, CounterRow> changed) {
        if (changed.key() instanceof Operation operation) {
            boolean conflicting = operations.changed(
                    operation.id(),
                    (Deltas) changed.before(),
                    (Deltas) changed.after(),
                    (counter, amount) -> book.heardOf(counter).othersChanged(amount));
            if (conflicting) {
                conflict.accept(operation.id());
            }
        } else if (changed.key() instanceof Total total && !changed.slot().equals(table.slot())) {
            book.heardOf(total.counter()).othersChanged(net(changed.after()) - net(changed.before()));
        }
    }

    private static long net(@Nullable CounterRow row) {
        return row instanceof Sums sums ? sums.net() : 0;
    }
}

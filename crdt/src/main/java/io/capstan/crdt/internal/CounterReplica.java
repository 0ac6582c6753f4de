package io.capstan.crdt.internal;

import io.capstan.crdt.core.CounterWire;
import io.capstan.crdt.core.Effect;
import io.capstan.crdt.core.Slot;
import io.capstan.crdt.core.Sums;
import io.capstan.crdt.core.Table;
import io.capstan.crdt.core.TableSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cells of a node and their table, kept in step: what cells gather is stamped, what other slots say is told to
 * cells. Not thread-safe; the cells themselves are.
 */
final class CounterReplica {
    private final CounterBook book;
    private final Table<String, Sums> table;

    CounterReplica(Slot slot, TableSettings settings, CounterBook book) {
        this.book = book;
        this.table = new Table<>(slot, settings, CounterWire.wire());
    }

    Table<String, Sums> table() {
        return table;
    }

    /** Stamps what has changed, unless a peer chases our tail in vain: the cells coalesce meanwhile. */
    int flush() {
        int counters = 0;
        while (!table.holding()) {
            Cells cells = book.nextDirty();
            if (cells == null) {
                break;
            }
            table.put(cells.name(), cells.clean());
            counters++;
        }
        return counters;
    }

    /** Lets the cells know what other slots say, and returns all effects for whoever sends and logs. */
    List<Effect<String, Sums>> drain() {
        List<Effect<String, Sums>> effects = table.drain();
        for (Effect<String, Sums> effect : effects) {
            if (effect instanceof Effect.Changed<String, Sums> changed
                    && !changed.slot().equals(table.slot())) {
                book.heardOf(changed.key()).othersChanged(net(changed.after()) - net(changed.before()));
            }
        }
        return effects;
    }

    /** Whether the linked nodes have everything that was ever added here. */
    boolean everybodyHasAll() {
        return book.clean() && table.acknowledgedByAll();
    }

    private static long net(@Nullable Sums sums) {
        return sums == null ? 0 : sums.net();
    }
}

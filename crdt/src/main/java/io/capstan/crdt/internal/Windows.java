package io.capstan.crdt.internal;

import io.capstan.crdt.core.CounterKey;
import io.capstan.crdt.core.CounterKey.Windowed;
import io.capstan.crdt.core.CounterRow;
import io.capstan.crdt.core.Ring;
import io.capstan.crdt.core.Slot;
import io.capstan.crdt.core.Table;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Keeps windowed counters and the table in step. Not thread-safe. */
final class Windows {
    private final Table<CounterKey, CounterRow> table;
    private final CounterBook book;
    private final Set<Windowed> changed = new LinkedHashSet<>();

    Windows(Table<CounterKey, CounterRow> table, CounterBook book) {
        this.table = table;
        this.book = book;
    }

    void stamp(WindowCells cells) {
        Ring ring = cells.clean();
        if (!ring.counts().isEmpty() && !ring.equals(table.own(cells.key()))) {
            table.put(cells.key(), ring);
        }
    }

    void changed(Slot slot, Windowed key) {
        if (!slot.equals(table.slot())) {
            changed.add(key);
        }
    }

    /** Once for all that has changed. */
    void drain() {
        for (Windowed key : changed) {
            List<Ring> others = new ArrayList<>();
            for (Map.Entry<Slot, CounterRow> row : table.values(key).entrySet()) {
                if (!row.getKey().equals(table.slot())) {
                    others.add((Ring) row.getValue());
                }
            }
            book.heardOf(key).othersAre(others);
        }
        changed.clear();
    }
}

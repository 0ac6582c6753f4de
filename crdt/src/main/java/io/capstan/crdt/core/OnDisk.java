package io.capstan.crdt.core;

import java.util.ArrayList;
import java.util.List;

/** What the shell was told to have on disk of one copy, and what is wrong there by now. */
final class OnDisk<K, V> {
    private long known;
    private long floor;
    private boolean whole;
    private List<Long> gone = new ArrayList<>();

    /** As it was read from there. */
    void is(long knownThere, long floorThere) {
        known = knownThere;
        floor = floorThere;
    }

    /** The row is replaced or forgotten. */
    void gone(Row<K, V> row) {
        if (row.version() <= known) {
            gone.add(row.version());
        }
    }

    /** Nothing there is true any more. */
    void nothing() {
        known = 0;
        floor = 0;
        whole = true;
        gone.clear();
    }

    /** Tells what is to be written, if anything. */
    void tell(SlotCopy<K, V> copy, List<Effect<K, V>> effects) {
        if (!whole && gone.isEmpty() && known == copy.known && floor == copy.floor) {
            return;
        }
        List<Row<K, V>> rows = new ArrayList<>();
        for (int i = copy.rows.indexAbove(known); i < copy.rows.end(); i++) {
            Row<K, V> row = copy.rows.at(i);
            if (row != null) {
                rows.add(row);
            }
        }
        effects.add(new Effect.Store<>(copy.slot, copy.known, copy.floor, whole, rows, gone));
        known = copy.known;
        floor = copy.floor;
        whole = false;
        gone = new ArrayList<>();
    }
}

package io.capstan.crdt.core;

import java.util.List;

/**
 * Rows of operations in a slot that count no more, as they are part of {@link Slot#FOLDED}'s sums: all up to a version, and
 * some beyond.
 *
 * @param beyond rising, each above {@code version}
 */
public record Positions(long version, List<Long> beyond) implements CounterRow {
    /** None. */
    static final Positions NONE = new Positions(0, List.of());

    public Positions {
        beyond = List.copyOf(beyond);
        long last = version;
        for (long one : beyond) {
            if (version < 0 || one <= last) {
                throw new IllegalArgumentException("positions out of their order");
            }
            last = one;
        }
    }

    /** Whether the row of this version counts no more. */
    boolean cover(long row) {
        return row <= version || java.util.Collections.binarySearch(beyond, row) >= 0;
    }

    /** What counts no more of a slot, as is known here. */
    static Positions of(Table<CounterKey, CounterRow> table, Slot slot) {
        return table.value(Slot.FOLDED, new CounterKey.Trimmed(slot)) instanceof Positions found ? found : NONE;
    }

    /** Whether the operation's row in the slot counts no more, or is not there. */
    public static boolean cover(Table<CounterKey, CounterRow> table, Slot slot, CounterKey.Operation key) {
        return of(table, slot).cover(table.version(slot, key));
    }
}

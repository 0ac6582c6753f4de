package io.capstan.crdt.core;

/**
 * What one slot has added to a counter and taken from it since it began to count it anew: its earlier row was removed, as
 * the counter was deleted. Resets that saw the earlier row say nothing of this one.
 *
 * @param since the slot's version before this count began: higher with every time, 1 or more
 */
public record Since(long since, Sums sums) implements CounterRow {
    public Since {
        if (since < 1) {
            throw new IllegalArgumentException("a count that begins anew at " + since);
        }
    }

    /** The sums in a row of a counter's total, whenever they began. */
    public static Sums sums(CounterRow row) {
        return row instanceof Since later ? later.sums : (Sums) row;
    }

    /** When they began; 0 with the slot. */
    public static long since(CounterRow row) {
        return row instanceof Since later ? later.since : 0;
    }
}

package io.capstan.crdt.core;

/**
 * What one slot has added to a counter and what it has taken away, since the slot began; neither ever falls.
 *
 * @param added 0 to {@link #MAX}
 * @param taken likewise
 */
public record Sums(long added, long taken) implements CounterRow {
    /** More than all cells of a node together can hold. */
    public static final long MAX = (1L << 62) - 1;

    /** As every count begins. */
    public static final Sums NOTHING = new Sums(0, 0);

    public Sums {
        if (added < 0 || taken < 0 || added > MAX || taken > MAX) {
            throw new IllegalArgumentException("sums that no cells can hold: " + added + ", " + taken);
        }
    }

    /** What the slot contributes to the counter's value; fits, as both sums are 0 or more. */
    public long net() {
        return added - taken;
    }
}

package io.capstan.crdt.core;

/**
 * What one slot has added to a counter and what it has taken away, since the slot began; neither ever falls.
 *
 * @param added 0 or more
 * @param taken 0 or more
 */
public record Sums(long added, long taken) implements CounterRow {
    /** As every count begins. */
    public static final Sums NOTHING = new Sums(0, 0);

    public Sums {
        if (added < 0 || taken < 0) {
            throw new IllegalArgumentException("sums below zero: " + added + ", " + taken);
        }
    }

    /** What the slot contributes to the counter's value; fits, as both sums are 0 or more. */
    public long net() {
        return added - taken;
    }
}

package io.capstan.crdt;

import io.capstan.crdt.internal.Cells;

/**
 * One counter, as one node sees it. Keep the handle: looking it up again is the only slow part.
 *
 * <p>All methods may be called from any thread, take nanoseconds, and neither lock, wait nor allocate.
 */
public final class Counter {
    private final Cells cells;

    Counter(Cells cells) {
        this.cells = cells;
    }

    /** The name it was asked for by. */
    public String name() {
        return cells.name();
    }

    /** Adds 1. */
    public void increment() {
        add(1);
    }

    /** Takes 1 away. */
    public void decrement() {
        add(-1);
    }

    /**
     * Adds, or takes away when {@code delta} is below 0. Seen by {@link #value()} on this node at once, on the others
     * after the next flush. A repeated call adds again.
     *
     * @throws CounterFailure {@code TOO_MUCH_ADDED}: at most 2^55 go into the cell that this thread uses, of those added
     *     and of those taken alike; nothing was done
     */
    public void add(long delta) {
        if (!cells.add(delta)) {
            throw new CounterFailure(
                    CounterFailure.Kind.TOO_MUCH_ADDED,
                    "counter \"" + name() + "\" cannot add " + delta + ": a cell holds at most 2^55");
        }
    }

    /**
     * What this node knows: all that was added here, and all that was heard of from the others.
     *
     * @throws CounterFailure {@code VALUE_OVERFLOW}: the sum does not fit 64 bits; it is never wrapped
     */
    public long value() {
        try {
            return cells.value();
        } catch (ArithmeticException e) {
            throw new CounterFailure(
                    CounterFailure.Kind.VALUE_OVERFLOW, "the value of counter \"" + name() + "\" exceeds 64 bits");
        }
    }

    /** For people: name and value. */
    @Override
    public String toString() {
        return name() + "=" + value();
    }
}

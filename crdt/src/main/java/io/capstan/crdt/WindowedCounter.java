package io.capstan.crdt;

import io.capstan.crdt.internal.WindowCells;

/**
 * What was counted of late, everywhere: a rate. Keep the handle. All methods may be called from any thread, take
 * nanoseconds, and neither lock nor wait.
 *
 * <p>Every node puts what it counts into the bucket of its own wall clock. Clocks that differ by d make counts come, and
 * go, up to d late or early.
 */
public final class WindowedCounter {
    private final WindowCells cells;

    WindowedCounter(WindowCells cells) {
        this.cells = cells;
    }

    /** The name it was asked for by. */
    public String name() {
        return cells.name();
    }

    /** Counts 1, now. */
    public void increment() {
        cells.add(1);
    }

    /**
     * Counts so many, now.
     *
     * @param count 0 or more
     */
    public void add(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("a windowed counter only counts up, got " + count);
        }
        cells.add(count);
    }

    /**
     * What was counted in the window that ends now, as far as this node knows.
     *
     * @throws CounterFailure {@code VALUE_OVERFLOW}
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

package io.capstan.crdt.core;

/**
 * What one slot has added to a counter and what it has taken away, since the slot began; neither ever falls. A value.
 *
 * <p>A node keeps one for each counter and slot, so those of most counters are kept in half the room.
 */
public abstract sealed class Sums implements CounterRow {
    /** More than all cells of a node together can hold. */
    public static final long MAX = (1L << 62) - 1;

    /** As every count begins. */
    public static final Sums NOTHING = new Narrow(0, 0);

    /**
     * These two.
     *
     * @param added 0 to {@link #MAX}
     * @param taken likewise
     * @throws IllegalArgumentException when one of them is not
     */
    public static Sums of(long added, long taken) {
        if (added < 0 || taken < 0 || added > MAX || taken > MAX) {
            throw new IllegalArgumentException("sums that no cells can hold: " + added + ", " + taken);
        }
        return added <= Integer.MAX_VALUE && taken <= Integer.MAX_VALUE
                ? new Narrow((int) added, (int) taken)
                : new Wide(added, taken);
    }

    /** 0 to {@link #MAX}. */
    public abstract long added();

    /** Likewise. */
    public abstract long taken();

    /** What the slot contributes to the counter's value; fits, as both sums are 0 or more. */
    public long net() {
        return added() - taken();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sums sums && sums.added() == added() && sums.taken() == taken();
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(added()) + Long.hashCode(taken());
    }

    @Override
    public String toString() {
        return "Sums[added=" + added() + ", taken=" + taken() + "]";
    }

    private static final class Narrow extends Sums {
        private final int added;
        private final int taken;

        Narrow(int added, int taken) {
            this.added = added;
            this.taken = taken;
        }

        @Override
        public long added() {
            return added;
        }

        @Override
        public long taken() {
            return taken;
        }
    }

    private static final class Wide extends Sums {
        private final long added;
        private final long taken;

        Wide(long added, long taken) {
            this.added = added;
            this.taken = taken;
        }

        @Override
        public long added() {
            return added;
        }

        @Override
        public long taken() {
            return taken;
        }
    }
}

package io.capstan.crdt.core;

/** What a row of the counters' table is about. */
public sealed interface CounterKey {
    /** What its slot has added to one counter; the row is {@link Sums}, or {@link Since}. */
    record Total(String counter) implements CounterKey {}

    /** What its slot has taken out of one counter by resetting it; the row is {@link Baseline}. */
    record Reset(String counter) implements CounterKey {}

    /** What its slot has counted of late; the row is {@link Ring}. */
    record Windowed(String counter, long bucketMillis, int buckets) implements CounterKey {
        /** Most buckets of one window, so that its ring fits a frame. */
        public static final int BUCKETS_MAX = 1_000;

        public Windowed {
            if (bucketMillis < 1 || buckets < 1 || buckets > BUCKETS_MAX) {
                throw new IllegalArgumentException("a window of " + buckets + " buckets of " + bucketMillis + " ms");
            }
        }
    }

    /** Its slot's part of a counter that never falls below 0; the row is {@link Escrow}. */
    record Bounded(String counter) implements CounterKey {}

    /** One operation under its caller's id; the row is {@link Deltas}. */
    record Operation(String id) implements CounterKey {}

    /** One operation that a folded slot held; of {@link Slot#FOLDED} only. The row is {@link KeptDeltas}. */
    record Kept(String id) implements CounterKey {}

    /** A slot that was folded; of {@link Slot#FOLDED} only. The row is {@link Retired}. */
    record Folded(Slot slot) implements CounterKey {}
}

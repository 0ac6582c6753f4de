package io.capstan.crdt.core;

import io.capstan.actors.NodeId;

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

    /** Operations of a member's slot that were cut off; of {@link Slot#FOLDED} only. The row is {@link Positions}. */
    record Trimmed(Slot slot) implements CounterKey {}

    /**
     * A {@link Cut} that was made; of {@link Slot#FOLDED} only. The row is {@link Retired}, as if its operations had been the
     * sums of one more slot, {@link #slot}: resets that saw them all, and could not know yet what others had seen, say so.
     */
    record Trim(long revision) implements CounterKey {
        private static final NodeId OWNER = new NodeId("capstan-trimmed", 1);

        /** No slot that is drawn at random begins with 64 zeros. */
        Slot slot() {
            return new Slot(0, revision, OWNER);
        }

        /** Whether it is such a slot. */
        static boolean is(Slot slot) {
            return slot.high() == 0 && !slot.equals(Slot.FOLDED);
        }
    }

    /** What of one counter resets had taken out of a cut's operations; of {@link Slot#FOLDED} only. The row is {@link Sums}. */
    record TakenOut(long revision, String counter) implements CounterKey {}
}

package io.capstan.crdt.core;

import io.capstan.actors.NodeId;

/**
 * One writer's part of a table: 128 random bits, drawn afresh by every start of a node and never used again.
 *
 * <p>Reuse after amnesia would let new changes hide behind old versions: a slot therefore outlives no process, and a
 * restored backup or a cloned directory revives none.
 *
 * @param high the upper 64 random bits; they and {@code low} alone identify the slot
 * @param low the lower 64 random bits
 * @param owner who writes it: a label, for people and for the rule that rows live and die with their owner
 */
public record Slot(long high, long low, NodeId owner) implements Comparable<Slot> {
    /**
     * What was folded of departed slots, as everybody agreed: no process writes it, and all who fold alike hold the same of
     * it. No slot that is drawn at random is all zeros.
     */
    public static final Slot FOLDED = new Slot(0, 0, new NodeId("capstan-folded", 1));

    /** By the random bits, unsigned: the same order on every node. */
    @Override
    public int compareTo(Slot other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Slot that && high == that.high && low == that.low;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(high ^ Long.rotateLeft(low, 32));
    }

    /** For people: {@code shop-1#1763846400000/5f3c…}. */
    @Override
    public String toString() {
        return owner + "/" + String.format("%016x%016x", high, low);
    }
}

package io.capstan.registry.core;

/**
 * Which claim: unique among all claims ever made, and of an order that favours no node.
 *
 * @param order the claim's count within its slot, scrambled, so that no node always wins
 * @param slot random bits of the claimer's slot, which make it unique
 */
public record ClaimId(long order, long slot) implements Comparable<ClaimId> {
    /** The same total order on every node. */
    @Override
    public int compareTo(ClaimId other) {
        int byOrder = Long.compareUnsigned(order, other.order);
        return byOrder != 0 ? byOrder : Long.compareUnsigned(slot, other.slot);
    }

    /** For people: 32 hexadecimal digits. */
    @Override
    public String toString() {
        return String.format("%016x%016x", order, slot);
    }

    /** Draws the claim ids of one slot. */
    static final class Source {
        private final long slot;
        private long count;

        Source(long slotHigh, long slotLow) {
            slot = slotHigh;
            count = slotLow;
        }

        ClaimId next() {
            return new ClaimId(Scramble.of(++count), slot);
        }
    }
}

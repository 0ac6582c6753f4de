package io.capstan.crdt.core;

/**
 * A slot that was folded: from then on it is part of {@link Slot#FOLDED}, and nothing of it is taken any more.
 *
 * @param version at which it was folded
 * @param fold the number of the fold, from 1
 * @param added what it had added to all its counters together, so that an excess found later has an amount; no more than
 *     {@link Long#MAX_VALUE}
 * @param taken likewise
 */
public record Retired(long version, long fold, long added, long taken) implements CounterRow {
    public Retired {
        if (version < 0 || fold < 1 || added < 0 || taken < 0) {
            throw new IllegalArgumentException("a slot folded at " + version + " by " + fold);
        }
    }
}

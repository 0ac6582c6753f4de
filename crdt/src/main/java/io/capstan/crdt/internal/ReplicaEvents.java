package io.capstan.crdt.internal;

import io.capstan.crdt.core.CounterKey;
import io.capstan.crdt.core.CounterRow;
import io.capstan.crdt.core.Effect;
import io.capstan.crdt.core.Sums;

/** What people should know of a replica. */
@FunctionalInterface
interface ReplicaEvents {
    /** An id was found to stand for two different things. */
    void conflict(String operation);

    /**
     * More was found of a slot than it was folded at.
     *
     * @param amount what it has added and taken beyond that, all counters together
     */
    default void excess(Effect.Excess<CounterKey, CounterRow> excess, Sums amount) {}
}

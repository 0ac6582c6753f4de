package io.capstan.crdt.core;

/** What stands in a row of the counters' table: which of them, its {@link CounterKey} says. */
public sealed interface CounterRow
        permits Sums, Since, Deltas, Baseline, Ring, Escrow, KeptDeltas, Retired, Positions {}

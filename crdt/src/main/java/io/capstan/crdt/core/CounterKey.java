package io.capstan.crdt.core;

/** What a row of the counters' table is about. */
public sealed interface CounterKey {
    /** What its slot has added to one counter; the row is {@link Sums}, or {@link Since}. */
    record Total(String counter) implements CounterKey {}

    /** What its slot has taken out of one counter by resetting it; the row is {@link Baseline}. */
    record Reset(String counter) implements CounterKey {}

    /** One operation under its caller's id; the row is {@link Deltas}. */
    record Operation(String id) implements CounterKey {}
}

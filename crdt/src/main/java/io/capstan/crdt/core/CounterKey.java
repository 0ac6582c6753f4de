package io.capstan.crdt.core;

/** What a row of the counters' table is about. */
public sealed interface CounterKey {
    /** What its slot has added to one counter; the row is {@link Sums}. */
    record Total(String counter) implements CounterKey {}

    /** One operation under its caller's id; the row is {@link Deltas}. */
    record Operation(String id) implements CounterKey {}
}

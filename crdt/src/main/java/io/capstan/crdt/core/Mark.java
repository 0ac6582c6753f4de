package io.capstan.crdt.core;

/**
 * What one replica's copy of a slot comes to. Two copies with the same {@code known} have the same rows, and so the same
 * hash; if not, one of them is broken.
 *
 * @param hash the sum of the hashes of all rows that are not removals
 */
public record Mark(Slot slot, long known, long hash) {}

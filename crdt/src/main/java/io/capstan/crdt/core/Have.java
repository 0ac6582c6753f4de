package io.capstan.crdt.core;

/**
 * What one replica says it holds of one slot.
 *
 * @param known every change of the slot up to this version is held and visible there
 * @param direct the replica has a link to the slot's owner, so it needs no relay and makes a good one
 */
public record Have(Slot slot, long known, boolean direct) {}

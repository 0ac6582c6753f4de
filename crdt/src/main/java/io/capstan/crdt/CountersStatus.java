package io.capstan.crdt;

/**
 * How much one node holds of the counters of one space, and what of it goes.
 *
 * @param slots starts of nodes whose rows are kept apart, this one included; no more than {@code
 *     capstan.crdt.table.slots-max}. Where members agree on folding, it falls to the number of those that run
 * @param folded starts of nodes whose rows were folded into one
 * @param rows of all slots together
 * @param operations ids that are known; at {@code capstan.crdt.counters.operations-max} this node takes no new ones
 * @param inTheWay starts of nodes whose rows are kept apart, and that do not take part (or not yet): while there are any no
 *     operation is forgotten
 * @param behind folds that were decided and are not made here yet. Of durable counters it stays above 0, and nothing is folded
 *     nor forgotten, when all disks that had the last fold are gone or were replaced by older backups: put one of them back
 */
public record CountersStatus(int slots, int folded, int rows, int operations, int inTheWay, long behind) {}

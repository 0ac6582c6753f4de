package io.capstan.crdt.internal;

/**
 * How much one node holds of the counters of one space.
 *
 * @param slots starts of nodes whose rows are kept apart, this one included
 * @param folded starts of nodes whose rows were folded into one
 * @param rows of all slots together
 * @param operations ids that are known
 * @param inTheWay starts of nodes whose rows are kept apart, and that do not take part (or not yet): while there are any no
 *     operation is forgotten
 */
public record Held(int slots, int folded, int rows, int operations, int inTheWay) {}

/**
 * The agreement of all nodes about which departed slots of counters are folded, on a Raft group.
 *
 * <p>Read in this order: {@code FoldingMachine}, {@code FoldingService}.
 *
 * <p>Guaranteed: all fold the same, or nothing. Not guaranteed: that anything is folded while the group has no leader.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.registry.internal.folding;

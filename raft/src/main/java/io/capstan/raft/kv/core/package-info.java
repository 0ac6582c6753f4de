/**
 * The table of the key-value map: deterministic, total, pure.
 *
 * <p>Read in this order: {@link io.capstan.raft.kv.core.SortedTree} (an immutable map, so that a snapshot is a
 * reference), {@link io.capstan.raft.kv.core.KvCommand}, {@link io.capstan.raft.kv.core.KvTable}.
 *
 * <p>Guarantees: the same commands in the same order give the same table and answers; all limits are constants, for they
 * decide what an entry does. Not guaranteed: that the changes remembered for watches are the same on every replica.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.raft.kv.core;

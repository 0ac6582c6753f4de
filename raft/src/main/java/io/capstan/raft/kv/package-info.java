/**
 * A replicated map of text to bytes: compare-and-set, transactions over several keys, ranges, watches.
 *
 * <p>Read in this order: {@link io.capstan.raft.kv.KeyValue} (the door), {@link io.capstan.raft.kv.Transaction} (several
 * keys at once), {@link io.capstan.raft.kv.KeyWatch} (who hears of changes). How it works: {@code raft.kv.core} (the
 * table, pure) and {@code raft.kv.internal} (its bytes, and its place in a group).
 *
 * <h2>Guarantees</h2>
 * <ul>
 *   <li>A transaction is done as a whole or not at all, at one place in the order of all of them, and once.
 *   <li>A version names one change of one key, for ever: versions rise over the whole map.
 *   <li>A watch sees every change of its keys in order, or, when it was away for longer than the map remembers, the
 *       latest value of each key that changed.
 * </ul>
 *
 * <p>Not guaranteed: that a watch sees every value in between after it was away for long.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.raft.kv;

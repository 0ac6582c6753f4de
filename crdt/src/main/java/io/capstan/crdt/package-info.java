/**
 * Counters that stay available: every node adds at memory speed and reads what it knows, through any partition, and
 * after it all nodes read the same sum.
 *
 * <p>Read in this order: {@link io.capstan.crdt.Counters}, {@link io.capstan.crdt.Counter},
 * {@link io.capstan.crdt.WindowedCounter}, {@link io.capstan.crdt.BoundedCounter}, {@link io.capstan.crdt.CounterFailure};
 * then {@code internal} (the shell) and {@code core} (the replicated table that
 * names and groups stand on as well).
 *
 * <h2>Guarantees</h2>
 * <ul>
 *   <li>What a node added is on all nodes that stay in contact with it, directly or through others, within
 *       milliseconds; it counts once, however often connections break or nodes restart.
 *   <li>What a stopped or dead node had told any other goes on counting for ever; of counters in memory, while any node
 *       runs that knows of it: after a stop of all nodes at once they begin at 0. Durable ones go on.
 *   <li>A value only ever contains whole flushes of each node, in their order.
 *   <li>A reset takes out what its node had seen, once, however many others reset at the same time; nothing else.
 *   <li>A bounded counter never falls below 0: whoever takes away has the right to.
 * </ul>
 *
 * <p>Not guaranteed: that an increment outlives a crash of its node within the first milliseconds; that two nodes read
 * the same at the same moment.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.crdt;

/**
 * What a node keeps on disk. Open to {@code raft} and {@code crdt} by an architecture rule, to nobody else.
 *
 * <p>Read in this order: {@link io.capstan.actors.internal.store.Store} (the one interface),
 * {@link io.capstan.actors.internal.store.NodeStore} (the queue, the one writer thread, the group commit),
 * {@code Overlay} (how reads see what is not on disk yet), {@code LmdbEnvironment} (LMDB and its rules),
 * {@link io.capstan.actors.internal.store.DataDirectory} (whose directory it is).
 *
 * <h2>Guarantees</h2>
 * <ul>
 *   <li>A write that completed as durable survives kill -9 and a power cut; the changes of one write are there
 *       together or not at all.
 *   <li>Writes become durable in the order of the calls.
 *   <li>One process at a time uses a directory, and only the node whose name is stamped on it.
 *   <li>After a failed write or flush nothing is written any more: the kernel may have dropped the dirty pages, so
 *       that a second attempt would succeed without them (fsync failures, ATC'20).
 * </ul>
 *
 * <p>Not guaranteed: that LMDB notices bytes that the disk has changed. Whoever must know puts a checksum into its
 * values, as the Raft log does. The file never shrinks: freed pages are used again.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.actors.internal.store;

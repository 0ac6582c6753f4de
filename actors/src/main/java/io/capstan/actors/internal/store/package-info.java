/**
 * What a node keeps on disk. Open to {@code raft} and {@code crdt} by an architecture rule, to nobody else.
 *
 * <p>Read in this order: {@link io.capstan.actors.internal.store.Store} (the one interface),
 * {@link io.capstan.actors.internal.store.NodeStore} (the queue, the writer thread, the group commit), {@code Segment}
 * (why what was accepted always fits), {@code Blocks} and {@code Frames} (the write-ahead file), {@code Recovery} (what is
 * believed of it after a crash), {@code Checkpointer} (how it gets into LMDB), {@code Overlay} (how reads see what is not
 * there yet), {@code LmdbEnvironment} (LMDB and its rules), {@link io.capstan.actors.internal.store.Snapshots},
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
 * <p>A full disk is back-pressure: new writes are refused, those accepted are safe, and vital ones go into a reserve. Only
 * a start needs room: what the write-ahead files hold must fit LMDB then.
 *
 * <p>A write-ahead file that the disk has changed is noticed, and {@link
 * io.capstan.actors.internal.store.Store#losses} tells. Not guaranteed: that LMDB notices bytes that the disk has changed. Whoever must know puts a checksum into its
 * values, as the Raft log does. The file never shrinks: freed pages are used again.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.actors.internal.store;

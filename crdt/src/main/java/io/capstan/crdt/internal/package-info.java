/**
 * The shell of counters: cells at memory speed, one actor that drives their table, and a table's way to the mesh.
 *
 * <p>Read in this order: {@link io.capstan.crdt.internal.TableLink} (how any table meets the mesh; open to
 * {@code registry}, whose tables meet it the same way), {@link io.capstan.crdt.internal.Cells} (one counter on this
 * node), {@link io.capstan.crdt.internal.CounterBook} (all of them), {@code CounterReplica} (cells and table
 * together; {@code Windows} and {@code Escrows} do the same for their kinds), {@code CountersActor} (time and network around it).
 *
 * <p>Guaranteed: no increment stays unflushed; nothing leaves the node but absolute sums. Not guaranteed: that an
 * increment outlives a crash before it was flushed.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.crdt.internal;

/**
 * The replicated table: the one engine under counters, names and groups. Pure: inputs in, ordered effects out.
 *
 * <p>A table is the union of {@linkplain io.capstan.crdt.core.Slot slots}. Each slot has one writer, which stamps its
 * changes 1, 2, 3…; two copies of a slot are joined by "the higher version wins", so any order, any repetition and any
 * relay lead to the same table, without clocks and without a vector per key.
 *
 * <h2>Guarantees</h2>
 * <ul>
 *   <li>A copy whose {@code known} is v shows the slot exactly as its owner had it after change v: never a mixture.
 *   <li>Whoever stays in contact, directly or through others, reaches the owner's version.
 *   <li>Memory is O(rows), however long a peer is silent or slow.
 * </ul>
 *
 * <p>Not guaranteed: that a change is seen before its writer dies; any order between changes of different slots.
 *
 * <p>Read in this order: {@link io.capstan.crdt.core.Slot}, {@link io.capstan.crdt.core.Row},
 * {@link io.capstan.crdt.core.Table} (what callers use), {@link io.capstan.crdt.core.TableInputs} and
 * {@link io.capstan.crdt.core.Effect}, {@link io.capstan.crdt.core.Frame} (what replicas say), then {@code SlotCopy},
 * {@code Receiving} and {@code Sending} (how), and {@link io.capstan.crdt.core.TableWire} (the bytes).
 *
 * <p>Open to {@code registry}, whose names and groups are tables too.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.crdt.core;

/**
 * How a member's log lies in the node's store.
 *
 * <p>Read in this order: {@link io.capstan.raft.internal.log.LogKeys} (where), {@code LogRecords} (in which bytes),
 * {@code LogEntries} (how many of them to a record),
 * {@link io.capstan.raft.internal.log.DurableLog} (what the core reads, and how its writes are done),
 * {@code LogReading} (what is believed when it is opened).
 *
 * <p>Guarantees: term, vote and the first entries of a {@code Persist} are one atomic write of the store, and further
 * entries may follow in further ones; a record that the disk changed is
 * noticed when it is read and never taken for another or for none, and is remembered ({@link
 * io.capstan.raft.internal.log.DurableLog#damage}). Not guaranteed: that a damaged log is repaired; what is beyond the
 * damage is kept, and its member does not start until an operator has had it forgotten.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.raft.internal.log;

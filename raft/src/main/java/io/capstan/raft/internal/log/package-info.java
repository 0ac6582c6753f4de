/**
 * How a member's log lies in the node's store.
 *
 * <p>Read in this order: {@link io.capstan.raft.internal.log.LogKeys} (where), {@code LogRecords} (in which bytes),
 * {@link io.capstan.raft.internal.log.DurableLog} (what the core reads, and how its writes are done).
 *
 * <p>Guarantees: the writes of one {@code Persist} are one atomic write of the store; a record that the disk changed is
 * noticed when it is read and never taken for another or for none. Not guaranteed: that a damaged log is repaired; its
 * member does not start, and so neither votes nor acknowledges.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.raft.internal.log;

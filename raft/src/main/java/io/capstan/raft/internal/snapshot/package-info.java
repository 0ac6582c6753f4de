/**
 * A group's snapshots on this node: taken here or sent by a leader, each a file that never changes.
 *
 * <p>Read in this order: {@link io.capstan.raft.internal.snapshot.SnapshotContent} (what is in a file), {@code Shelf}
 * (which files there are, and which may go), {@link io.capstan.raft.internal.snapshot.Snapshotting} (writing, sending and
 * receiving them on threads of their own).
 *
 * <p>Guarantees: nothing here runs on a member's actor; a file is whole and verified before anybody is told of it; only
 * files older than what the log durably stands on are removed; memory is bounded by some blocks, whatever the length.
 * Not guaranteed: that two replicas write the same bytes for the same state, so no file is ever made of two.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.raft.internal.snapshot;

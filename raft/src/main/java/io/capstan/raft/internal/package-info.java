/**
 * The shell around {@code raft.core}: disk, wires, timers, threads, and the user's state machines.
 *
 * <p>Read in this order: {@link io.capstan.raft.internal.wire.GroupId}, {@code log} (how a member's log lies in the node's
 * store), {@code wire} (what members and clients send each other), {@code snapshot} (a group's snapshots on this node),
 * {@code session} (commands executed once), {@code peer} (a member: one actor, and one beside it that applies), {@code
 * client} (how a request finds its leader, and how a membership changes).
 *
 * <p>Guarantees: what a member promised to others was durable before (the core holds it back, the store confirms it); a
 * member's inputs are worked off by one actor in the order of their arrival; slow user code never delays it. Not
 * guaranteed: that a message arrives.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.raft.internal;

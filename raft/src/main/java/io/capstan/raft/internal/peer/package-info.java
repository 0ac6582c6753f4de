/**
 * One member of one group: an actor around the core, and one beside it around the state machine.
 *
 * <p>Read in this order: {@link io.capstan.raft.internal.peer.PeerEvent} (all that can reach a member), {@link
 * io.capstan.raft.internal.peer.Inbox} (how it is gathered into batches), {@code PeerActor} (one batch, one step, its
 * effects in order), {@code PeerDisk} and {@code Outbox} (where they go), {@code Pending} (who waits for which entry),
 * {@code Applier} (the state machine).
 *
 * <p>Guarantees: one step at a time, effects in the core's order; every request admitted is answered once, or its member
 * has ended. Not guaranteed: that a frame leaves; consensus needs no single one.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.raft.internal.peer;

/**
 * The consistent side: groups of replicas that agree on one sequence of commands, or refuse.
 *
 * <p>Read in this order: {@link io.capstan.raft.Raft} (start a member, make a group), {@link
 * io.capstan.raft.StateMachine} (what a group replicates), {@link io.capstan.raft.Effects} (what it has the outside do), {@link
 * io.capstan.raft.RaftGroup} (write and read from any
 * node), {@link io.capstan.raft.RaftFailure} (what a refusal means), then {@code raft.lock} and {@code raft.kv}. How it works: {@code
 * raft.core} (consensus, pure) and {@code raft.internal} (the shell around it).
 *
 * <h2>Guarantees</h2>
 * <ul>
 *   <li>A write that was answered is durable on a majority of the group's voters, and every later linearizable read on
 *       any node sees it.
 *   <li>A write is executed once, however often it had to be sent; one whose outcome is unknown at most once.
 *   <li>Without a majority nothing is decided: writes and linearizable reads fail within their deadline.
 *   <li>No part of it asks Pekko's cluster who is there.
 * </ul>
 *
 * <p>Not guaranteed: that a write which ended with an unknown outcome was done, or was not; that stale reads are fresh.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.raft;

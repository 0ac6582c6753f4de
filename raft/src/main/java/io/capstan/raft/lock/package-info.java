/**
 * Locks that a majority agrees on: refused without one, never held by two at once as far as the group can tell.
 *
 * <p>Read in this order: {@link io.capstan.raft.lock.Locks}, {@link io.capstan.raft.lock.LockSession}, {@link
 * io.capstan.raft.lock.LockRequest} (readers, permits, several at once), {@link io.capstan.raft.lock.HeldLock}, {@link
 * io.capstan.raft.lock.FencingToken} and {@link io.capstan.raft.lock.FenceGuard} (why the guarded resource must see it),
 * {@link io.capstan.raft.lock.LockFailure}. How they are granted: {@code lock.core}.
 *
 * <h2>Guarantees</h2>
 * <ul>
 *   <li>The lock service is linearizable: at any place of its log a lock has at most one holder, granted first come, first
 *       served among those who wait.
 *   <li>Tokens rise with every grant within the cluster, over restarts, restores and reuse of names.
 *   <li>A lock whose holder's node is gone is free once the session's time to live is over, never earlier.
 * </ul>
 *
 * <p>Not guaranteed: that a holder knows. A client that was paused longer than its time to live believes that it holds
 * the lock until it looks. So what the lock guards must itself refuse any token lower than the highest it has seen.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.raft.lock;

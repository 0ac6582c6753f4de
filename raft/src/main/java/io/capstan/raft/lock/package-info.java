/**
 * Locks that a majority agrees on: refused without one, never held by two at once as far as the group can tell.
 *
 * <p>Read in this order: {@link io.capstan.raft.lock.Locks}, {@link io.capstan.raft.lock.LockSession}, {@link
 * io.capstan.raft.lock.LockRequest} (readers, permits, several at once, parties that enter again), {@link
 * io.capstan.raft.lock.HeldLock} (and its conditions), {@link io.capstan.raft.lock.FencingToken} and {@link
 * io.capstan.raft.lock.FenceGuard} (why the guarded resource must see it), {@link io.capstan.raft.lock.LockFailure}, {@link
 * io.capstan.raft.lock.Gates} (latches, barriers), {@link io.capstan.raft.lock.CapstanLease} (for Pekko's singletons, shards
 * and split-brain resolver). Elections are a lock that all candidates want: {@link io.capstan.raft.lock.Locks#observe}. How
 * locks are granted: {@code lock.core}.
 *
 * <h2>Guarantees</h2>
 * <ul>
 *   <li>The lock service is linearizable: at any place of its log a lock has at most one holder (or as many readers or
 *       permits as it has), granted first come, first served among those who wait.
 *   <li>Tokens rise with every grant within the cluster, over restarts, restores and reuse of names. A group that is made again
 *       or restored is above whatever the directories that make it, and the backup, have seen of it, also of members that
 *       were forgotten. Where nothing remembers, because directories were deleted too, it is the milliseconds of the wall
 *       clock that rise: set a clock that was set back right before you make a group on deleted directories, or restore one
 *       backup on two nodes.
 *   <li>A lock whose holder's node is gone is free once the session's time to live is over, never earlier: time runs by the
 *       log, so an election may make it later. A slow or deposed leader ends no session that was renewed meanwhile.
 *   <li>Whoever fails to acquire, is cancelled, or waits no longer leaves nobody in the queue. A name that was used costs
 *       nothing afterwards.
 * </ul>
 *
 * <h2>What a holder knows, and what it believes</h2>
 * The service knows who holds a lock. The holder only <em>believes</em> it, and no lock service can change that: between the
 * moment in which {@code isHeld()} says true and the next statement the process may be paused (by the collector, the
 * scheduler, SIGSTOP, a suspended machine) for longer than the time to live. The lock is another's by then, and the first
 * holder wakes up in the middle of its work. It hears of it as soon as it looks, by the earlier of two clocks, and its
 * lost-callback comes; both may come after the write that should not have happened. (Jepsen found about 18 % of updates lost
 * under etcd's locks in that way.)
 *
 * <p>So what the lock guards must look at the token: it keeps the highest that it has seen, with its data, and refuses any
 * lower one ({@link io.capstan.raft.lock.FenceGuard}). Then a late write of a former holder is refused once the next holder has
 * written. A token gives order between holders, not atomicity: half of a job that was interrupted stays half done.
 *
 * <p>A state machine of one's own is guarded in the same way: it keeps a {@code FenceGuard} as a part of its state (and of its
 * snapshots), takes the token with each command, and refuses in {@code handleWrite}. What is kept beside the lock itself is
 * checked in the entry that changes it: {@link io.capstan.raft.lock.HeldLock#proclaim} is executed only while that very grant
 * holds.
 *
 * <p>Keys of {@code raft.kv} are in another group, which knows no locks: one of the keys is the guard of the others. Whoever was
 * granted the lock reads it, and puts its own token there if a lower one or none is there, in a {@link
 * io.capstan.raft.kv.Transaction} with {@code ifVersion}; and adds {@code ifVersion} of the guard, as that left it, to whatever it
 * writes. The next holder's token is a new version, and ends all that.
 *
 * <h2>The outcome of a call that timed out</h2>
 * An acquire that fails, for whatever reason, was not granted as far as the caller is concerned: should the group have granted it
 * nevertheless, it is given back, and until that has been heard, at most for the session's time to live, the lock is nobody's
 * and not free. It may be tried again; each call is an attempt of its own, executed once however often it is sent. A release
 * never fails: it is told again and again, and the end of the session frees the lock at the latest.
 *
 * <h2>Limits</h2>
 * Names, parties and words 200 bytes each; 64 names in one request; 100,000 sessions; 100,000 names in use; 10,000 waiters
 * for one name; 10,000 requests of one session that hold or wait. Beyond them requests fail with OVERLOADED. They are
 * constants, because all voters must decide alike.
 *
 * <p>Not guaranteed: order among different locks; that deadlocks are noticed, other than those that {@link
 * io.capstan.raft.lock.LockRequest#allOf} avoids.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.raft.lock;

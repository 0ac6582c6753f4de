/**
 * Who holds which lock, as a pure function of the log.
 *
 * <p>Read in this order: {@link io.capstan.raft.lock.core.LockCommand}, {@link io.capstan.raft.lock.core.LockReply},
 * {@link io.capstan.raft.lock.core.LockQuery}, {@link io.capstan.raft.lock.core.LockTable}, {@code Grants} (queues and
 * holders), {@code Conditions}, {@code Gates} (latches, barriers), {@link io.capstan.raft.lock.core.TableImage}.
 *
 * <p>Guarantees: a grant and the liveness of whom it is granted to are decided in one entry (etcd#11456: a waiter was
 * granted after its own lease had expired); the same attempt to acquire, executed again at any later time, grants
 * nothing new; an expiry ends no session that was renewed after it was proposed (etcd#15247). Not guaranteed: order
 * among locks.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.raft.lock.core;

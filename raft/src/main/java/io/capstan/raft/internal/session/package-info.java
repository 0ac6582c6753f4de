/**
 * Commands executed once, however often they are sent: both ends of it.
 *
 * <p>Read in this order: {@link io.capstan.raft.internal.wire.LogCommand} (what is logged), {@link
 * io.capstan.raft.internal.session.SessionTable} (the replicas' end: deterministic, pure, in every snapshot), {@link
 * io.capstan.raft.internal.session.ClientSession} (the client's).
 *
 * <p>Guarantees: a command in a session is executed at most once, and every retry is answered as the first; one that
 * comes after its session's end is refused, never executed afresh; all limits are the same on every replica. Not
 * guaranteed: that a reply is kept for a client that is slower than the table's limits allow.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.raft.internal.session;

/**
 * What stands behind a {@link io.capstan.actors.Node}: its settings, its identity, its place in Pekko's membership.
 *
 * <p>Open to {@code crdt}, {@code raft}, {@code registry} and {@code demo} through
 * {@link io.capstan.actors.internal.NodeInternals}, to nobody else. Read in this order: {@link
 * io.capstan.actors.internal.NodeInternals}, {@code RunningNode} (how a node starts and stops), {@code Identity} (what
 * it remembers of itself), {@code PeerBook} (what it remembers of others), {@code Membership} (how it comes by Pekko's
 * membership).
 *
 * <p>Guarantees: an incarnation is durable before any other node hears of it; no cluster is formed but by an explicit
 * bootstrap. Not guaranteed: that Pekko's membership converges while a node is away; nothing of Capstan waits for it.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.actors.internal;

/**
 * How two nodes talk: one TCP connection of Capstan's own per pair, beside Artery.
 *
 * <p>Read in this order: {@link io.capstan.actors.internal.link.Mesh} (what the other modules use), {@link
 * io.capstan.actors.internal.link.Channel}, {@link io.capstan.actors.internal.link.MeshEvent}; then how it works:
 * {@code Control} and {@code ControlCodec} (the wire), {@code Greeting} (how a connection becomes a link), {@code
 * Doorkeeper} (who may have one), {@code LinkTls} (what they show each other), {@code Contacts}
 * and {@code Dialer} (who there is, and whom to call when), {@code Connects} and {@code Apart} (who waits for a link, and who is to have
 * none), {@code Switchboard} (all links of a node), {@code Orders} (what its users tell it) and {@code Pulse} (heartbeats),
 * {@code Router} (the ways to all peers), {@code Outlet} and {@code Intake} (windows), {@code Connection}, {@code Sending} and
 * {@code Outbox} (what is written next), {@link
 * io.capstan.actors.internal.link.LinkMesh} (where other threads come in).
 *
 * <h2>Guarantees</h2>
 * <ul>
 *   <li>One thread reads, writes and decides for all links of a node; nothing on it waits for a disk, a lock or DNS.
 *   <li>At most one link per name stands, and both ends agree which.
 *   <li>A closed socket is known at once, a silence after {@code silence-max}, counted only while this process ran.
 *   <li>Memory is bounded: per peer and channel by a window, per connection by the longest frame.
 *   <li>A link has no grace: when its connection ends it is down, for its streams start afresh with the next one, and a
 *       restored link is only some milliseconds away.
 * </ul>
 *
 * <p>Not guaranteed: secrecy, or that nobody changes the traffic, unless TLS is on; that a node called down has stopped.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.actors.internal.link;

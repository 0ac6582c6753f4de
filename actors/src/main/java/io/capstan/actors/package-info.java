/**
 * Nodes, and what OTP has beyond Pekko Typed: calls that know when their server is gone.
 *
 * <p>Read in this order: {@link io.capstan.actors.Node} (what a user starts), {@link io.capstan.actors.NodeId} and
 * {@link io.capstan.actors.NodeEvent} (who is there), {@link io.capstan.actors.KeptNode} (one that comes back by itself),
 * {@link io.capstan.actors.Failure} (how every refusal of Capstan names the caller's next move), {@link
 * io.capstan.actors.Call} and {@link io.capstan.actors.ExitReason} (why a server did not answer), {@link
 * io.capstan.actors.Health} and {@link io.capstan.actors.Figure} (for whoever watches a node); then the packages {@code process}
 * (monitors, links, exit reasons), {@code supervisor} and {@code health} (for Pekko Management); and for whoever changes Capstan
 * {@code internal.link} (how two nodes talk) and {@code internal.store} (what a node keeps on disk).
 *
 * <h2>Guarantees</h2>
 * <ul>
 *   <li>Messages between two actors arrive in the order sent, or not at all: delivery is at most once, as in Erlang.
 *   <li>A node is down when <em>this</em> node lost its link to it. Two nodes may disagree about a third.
 *   <li>Only an explicit bootstrap forms a new cluster; a node that was once a member retries joining for ever.
 * </ul>
 *
 * <p>Not guaranteed: any order between different pairs of actors; that a node called down has stopped.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.actors;

package io.capstan.actors.internal.link;

import io.capstan.actors.NodeEvent;
import io.capstan.actors.NodeId;

/** What happens on a node's mesh, in the order in which it happens there. */
public sealed interface MeshEvent {
    NodeId peer();

    /** A direct link stands; its streams start afresh: nothing sent on an earlier link is still under way. */
    record Linked(NodeId peer) implements MeshEvent {}

    /** The direct link is gone, and with it whatever frames were under way. */
    record Unlinked(NodeId peer, NodeEvent.Reason reason) implements MeshEvent {}

    /** The peer can be reached, directly or through a third node. Comes before or with the first Linked. */
    record Visible(NodeId peer) implements MeshEvent {}

    /** No live peer can relay to it any more. Comes after the Unlinked. */
    record Hidden(NodeId peer) implements MeshEvent {}

    /**
     * Another system has put this node's Pekko system into quarantine, from which only a fresh system gets out. Links are
     * not concerned.
     *
     * @param peer this node itself
     * @param by the other's Pekko address
     */
    record Quarantined(NodeId peer, String by) implements MeshEvent {}

    /** After a refused send: the window of this channel has room again. */
    record Writable(NodeId peer, Channel channel) implements MeshEvent {}
}

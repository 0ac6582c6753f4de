package io.capstan.actors;

/**
 * What a node sees of the others, as in Erlang's {@code monitor_nodes}: up and down are pairwise and personal.
 *
 * <p>For one {@link NodeId} {@link NodeUp} and {@link NodeDown} alternate, up first; so do {@link NodeVisible} and
 * {@link NodeHidden}, visible first. A node is visible before its link is up, and hidden after it is down, if at all. One
 * that restarts is a new {@link NodeId}; what ends its predecessor comes before what begins it.
 */
public sealed interface NodeEvent {
    NodeId node();

    /** A link to {@code node} stands: it can be messaged, and its names, groups and counters flow. */
    record NodeUp(NodeId node) implements NodeEvent {}

    /** The link to {@code node} is gone. It may have died or may only be out of reach: nobody can tell. */
    record NodeDown(NodeId node, Reason reason) implements NodeEvent {}

    /**
     * {@code node} can be reached, over its own link or through a third node: its names, groups and counters are there.
     * Monitors, links of processes and users' messages need its own link.
     */
    record NodeVisible(NodeId node) implements NodeEvent {}

    /** Nobody who is linked to this node has a link to {@code node}: its names are hidden, its processes in no group. */
    record NodeHidden(NodeId node) implements NodeEvent {}

    /**
     * Another node's Pekko system has put this node's into quarantine, or Pekko's membership has come apart and this node is
     * on its lesser side: between the two no users' message gets through any more, for as long as this ActorSystem lives. A
     * node that owns its system stops, and a {@link KeptNode} comes back.
     *
     * @param node this node itself
     * @param by the other's Pekko address
     */
    record NodeQuarantined(NodeId node, String by) implements NodeEvent {}

    /** Why a link went down; for people and logs, never to decide by. */
    enum Reason {
        /** It closed the link, or its process ended. */
        CLOSED,
        /** Nothing was heard from it for {@code capstan.actors.link.silence-max}. */
        SILENT,
        /** It said goodbye: an orderly stop. */
        STOPPED,
        /** This node cut the link (a refusal, a protocol error, or a fault injected by a test). */
        DROPPED,
        /** It was told to, here or there: {@link Node#disconnect}. */
        DISCONNECTED,
        /** A newer incarnation of the same name took its place. */
        REPLACED
    }
}

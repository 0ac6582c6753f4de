package io.capstan.actors;

/**
 * What a node sees of the others, as in Erlang's {@code monitor_nodes}: up and down are pairwise and personal.
 *
 * <p>For one {@link NodeId} the events alternate, up first. A node that restarts is a new {@link NodeId}; the down of
 * its predecessor comes before its up.
 */
public sealed interface NodeEvent {
    NodeId node();

    /** A link to {@code node} stands: it can be messaged, and its names, groups and counters flow. */
    record NodeUp(NodeId node) implements NodeEvent {}

    /** The link to {@code node} is gone. It may have died or may only be out of reach: nobody can tell. */
    record NodeDown(NodeId node, Reason reason) implements NodeEvent {}

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
        /** A newer incarnation of the same name took its place. */
        REPLACED
    }
}

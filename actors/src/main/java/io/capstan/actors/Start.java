package io.capstan.actors;

import java.util.List;

/**
 * How a node that has no cluster yet comes by one. A node whose directory names a cluster returns to that one, whatever
 * is said here: nothing but an explicit bootstrap on an empty directory ever forms a cluster.
 *
 * @param bootstrapping whether to form a new cluster
 * @param addresses link addresses, {@code host:port}, of nodes to join, any one that answers being enough; or, when
 *     bootstrapping, of all those among whom the cluster is formed
 */
public record Start(boolean bootstrapping, List<String> addresses) {
    public Start {
        addresses = List.copyOf(addresses);
    }

    /**
     * Forms a new cluster at once: for exactly one node, once in the cluster's life. Said again after that node's directory was
     * lost, it forms a second cluster: where that may happen unseen, as in Kubernetes, {@link #bootstrapAmong}.
     */
    public static Start bootstrap() {
        return new Start(true, List.of());
    }

    /**
     * Forms a new cluster with others, the same on all of them and at every start: whoever stands first forms it, once each of the
     * others has answered that it has none; if one has, that one is joined. So whoever comes with a lost directory joins
     * again, and waits for as long as one of them is silent. Without TLS it is believed to whoever answers there.
     *
     * @param all where this node and all others of the cluster's beginning are told to listen, in the same order on all
     */
    public static Start bootstrapAmong(String... all) {
        return new Start(true, List.of(all));
    }

    /** Joins the cluster of whoever answers at {@code addresses}, trying for as long as the node lives. */
    public static Start joining(String... addresses) {
        return new Start(false, List.of(addresses));
    }

    /** Returns to the cluster that the node's directory names; refused when it names none. */
    public static Start returning() {
        return new Start(false, List.of());
    }
}

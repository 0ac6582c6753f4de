package io.capstan.actors;

import java.util.List;

/**
 * How a node that has no cluster yet comes by one. A node whose directory names a cluster returns to that one, whatever
 * is said here: nothing but an explicit {@link #bootstrap()} on an empty directory ever forms a cluster.
 *
 * @param bootstrapping whether to form a new cluster
 * @param addresses link addresses, {@code host:port}, of nodes to join; any one that answers is enough
 */
public record Start(boolean bootstrapping, List<String> addresses) {
    public Start {
        addresses = List.copyOf(addresses);
        if (bootstrapping && !addresses.isEmpty()) {
            throw new IllegalArgumentException("a node forms a cluster or joins one, not both: " + addresses);
        }
    }

    /** Forms a new cluster: for exactly one node, once in the cluster's life. */
    public static Start bootstrap() {
        return new Start(true, List.of());
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

package io.capstan.actors.internal.link;

/**
 * Cuts and mends this node's links, as a network would: for tests and the lab. Thread-safe.
 *
 * <p>A cut stalls: nothing is read from the peer and nothing written to it, connections with it are refused, and the
 * silence takes the link down as a real one would. Nothing is lost within a link that lives through a short cut. To cut
 * both ends of a link, tell both nodes.
 */
public interface LinkFaults {
    /** Which way frames no longer travel. */
    enum Direction {
        /** From this node to the peer. */
        OUTBOUND,
        /** From the peer to this node. */
        INBOUND,
        /** Neither way. */
        BOTH
    }

    /** Cuts the link to every incarnation of the node called {@code name}, until healed. Idempotent. */
    void cut(String name, Direction direction);

    /** Mends one direction of what was cut, or both. Idempotent. */
    void heal(String name, Direction direction);

    /** Mends everything. */
    void healAll();
}

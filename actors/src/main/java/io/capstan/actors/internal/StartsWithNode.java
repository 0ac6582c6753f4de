package io.capstan.actors.internal;

import io.capstan.actors.Node;

/**
 * A service that runs on every node, whether or not the program on it asks for it: the others count on its word. Found
 * with {@link java.util.ServiceLoader}; a public class with a public constructor without parameters.
 *
 * <p>A node whose program never says {@code Names.get} would else be asked for every claim of the cluster and never
 * answer, and a voter whose program takes no locks would never vote.
 */
public interface StartsWithNode {
    /**
     * Starts the service on {@code node}. A failure is logged, and the node runs without it; but a wrong setting, told by
     * an {@link IllegalArgumentException} or Config's own exceptions, refuses the node's start.
     */
    void start(Node node);
}

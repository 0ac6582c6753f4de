package io.capstan.registry.internal;

/** How a request ended that this node decides alone: about its own members, or about monitors. */
public enum Outcome {
    /** Done. */
    DONE,
    /** There was nothing to do it to. */
    NOTHING,
    /** A limit of this node. */
    TOO_MANY,
    /** The node stopped before it was done. */
    CLOSED
}

package io.capstan.registry.core;

import io.capstan.actors.NodeId;
import io.capstan.registry.Metadata;

/** The owner of a name, as whoever looks the name up is shown him. Immutable, with equals. */
public interface Shown {
    /** The process's node. */
    NodeId node();

    /** The process, as its own node writes it. */
    String process();

    /** The user's. */
    Metadata metadata();
}

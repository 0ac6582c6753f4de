package io.capstan.crdt.core;

import io.capstan.actors.NodeId;

/** What the network tells a table, or a core that holds one. */
public interface TableInputs<K, V> {
    /** A direct link to {@code peer} stands, new and empty; an earlier one, if any, is gone. */
    void linked(NodeId peer);

    /** The direct link to {@code peer} is gone. */
    void unlinked(NodeId peer);

    /** Somebody alive can relay for {@code owner}, or it is linked. */
    void visible(NodeId owner);

    /** Nobody alive can relay for {@code owner} any more. */
    void hidden(NodeId owner);

    /** A frame came over the direct link from {@code peer}. */
    void frame(NodeId peer, Frame<K, V> frame);
}

package io.capstan.actors.internal.link;

import io.capstan.actors.NodeId;

/** Where a node was when it was last heard of. Of two contacts of one name the higher incarnation is the newer. */
public record Contact(NodeId id, LinkAddress address) {}

package io.capstan.actors.internal.link;

import io.capstan.actors.NodeId;
import java.util.Map;
import java.util.Set;

/** Who can be reached and how, at one moment. Immutable but for the windows of the outlets. */
record Routes(Set<NodeId> linked, Set<NodeId> visible, Map<NodeId, Outlet> outlets) {
    static final Routes NONE = new Routes(Set.of(), Set.of(), Map.of());
}

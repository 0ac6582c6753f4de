package io.capstan.actors.internal.link;

import io.capstan.actors.NodeId;
import java.util.Map;
import java.util.Set;

/**
 * Who can be reached and how, at one moment. Immutable but for the windows of the outlets.
 *
 * @param systems whose Pekko system it is, of those linked, by its address
 */
record Routes(Set<NodeId> linked, Set<NodeId> visible, Map<NodeId, Outlet> outlets, Map<String, NodeId> systems) {
    static final Routes NONE = new Routes(Set.of(), Set.of(), Map.of(), Map.of());
}

package io.capstan.actors.internal.link;

import io.capstan.actors.NodeId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/** Who can be reached at all, as a function of whom we are linked to and what those say of theirs. */
final class Visibility {
    private Visibility() {}

    /**
     * Whoever is linked, or linked to someone linked; of each name one incarnation, never ourselves. Our own link decides
     * which; only of those we have none to do others' newest count, lest hearsay of a second node of the name hide a peer
     * that is there.
     *
     * @param views by linked peer, whom it says that it is linked to
     * @param newest by name, the newest incarnation that ever proved itself to us
     */
    static SortedSet<NodeId> visible(NodeId self, Map<NodeId, Map<NodeId, Integer>> views, Map<String, Long> newest) {
        Map<String, NodeId> seen = new HashMap<>();
        views.values().forEach(view -> view.keySet().forEach(node -> seen.merge(node.name(), node, Visibility::newer)));
        seen.values().removeIf(node -> newest.getOrDefault(node.name(), 0L) > node.incarnation());
        views.keySet().forEach(linked -> seen.put(linked.name(), linked));
        seen.remove(self.name());
        return new TreeSet<>(seen.values());
    }

    /** The lowest peer that is linked to {@code to}: any would do, but a choice that stays put keeps frames in order. */
    static Optional<NodeId> relay(NodeId to, SortedMap<NodeId, Map<NodeId, Integer>> views) {
        return views.entrySet().stream()
                .filter(entry -> entry.getValue().containsKey(to))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static NodeId newer(NodeId one, NodeId other) {
        return one.incarnation() >= other.incarnation() ? one : other;
    }
}

package io.capstan.actors.internal.link;

import io.capstan.actors.NodeId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The links that stand, at most one per name, and the newest start of each name that ever had one. */
final class Links {
    private final Map<String, Connection> up = new TreeMap<>();
    private final Map<String, Long> newest = new HashMap<>();
    private int serials;

    @Nullable
    Connection get(String name) {
        return up.get(name);
    }

    boolean has(NodeId id) {
        Connection link = up.get(id.name());
        return link != null && link.peer().id().equals(id);
    }

    int size() {
        return up.size();
    }

    /** In the order of their names; a copy, so that links may come and go meanwhile. */
    Collection<Connection> all() {
        return List.copyOf(up.values());
    }

    Map<String, Long> newest() {
        return newest;
    }

    /** How many links there have ever been. */
    int count() {
        return serials;
    }

    boolean outdated(NodeId id) {
        return newest.getOrDefault(id.name(), 0L) > id.incarnation();
    }

    void add(Connection link) {
        NodeId peer = link.peer().id();
        link.serial(++serials);
        up.put(peer.name(), link);
        newest.put(peer.name(), peer.incarnation());
    }

    /** False when this very connection is no link (any more). */
    boolean remove(Connection link) {
        return up.remove(link.peer().id().name(), link);
    }
}

package io.capstan.actors.internal.link;

import io.capstan.actors.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the ways to all peers. A way stays as it is while it can, so that frames keep their order; a new one starts with
 * empty windows and a higher route number, so that nothing sent on the old one counts or overtakes.
 *
 * <p>Changed on the mesh's thread, read from any.
 */
final class Router {
    /**
     * The window per channel through a third node, in bytes. Both ends count by it, and neither knows the other's
     * settings: it is part of the protocol.
     */
    static final int RELAY_WINDOW_BYTES = LinkSettings.WINDOW_BYTES_MIN;

    private final NodeId self;
    private final Map<NodeId, Integer> lastRoutes = new HashMap<>();
    private final Map<NodeId, Integer> relaySerials = new HashMap<>();
    private volatile Routes routes = Routes.NONE;

    Router(NodeId self) {
        this.self = self;
    }

    Routes routes() {
        return routes;
    }

    /**
     * What a change of links or views did.
     *
     * @param writable refused senders whose way is a new one
     */
    record Change(List<NodeId> hidden, List<NodeId> shown, List<MeshEvent.Writable> writable) {}

    /** Finds the ways anew after {@code links} or what they see has changed. */
    Change update(Iterable<Connection> links, Map<String, Long> newest) {
        SortedMap<NodeId, Connection> connections = new TreeMap<>();
        SortedMap<NodeId, Map<NodeId, Integer>> views = new TreeMap<>();
        for (Connection connection : links) {
            connections.put(connection.peer().id(), connection);
            views.put(connection.peer().id(), connection.view());
        }
        Routes before = routes;
        SortedSet<NodeId> visible = Visibility.visible(self, views, newest);
        Map<NodeId, Outlet> outlets = new HashMap<>();
        for (NodeId to : visible) {
            Outlet kept = before.outlets().get(to);
            Connection direct = connections.get(to);
            outlets.put(to, direct != null ? direct(to, direct, kept) : relayed(to, connections, views, kept));
        }
        lastRoutes.keySet().removeIf(to -> newest.getOrDefault(to.name(), 0L) > to.incarnation());
        relaySerials.keySet().retainAll(visible);
        SortedSet<NodeId> linked = new TreeSet<>(connections.keySet());
        Map<String, NodeId> systems = new HashMap<>();
        connections.forEach((id, connection) -> systems.put(connection.peer().artery(), id));
        routes = new Routes(
                Collections.unmodifiableSet(linked),
                Collections.unmodifiableSet(visible),
                Map.copyOf(outlets),
                Map.copyOf(systems));
        return change(before, routes);
    }

    private Outlet direct(NodeId to, Connection link, @Nullable Outlet kept) {
        return kept != null && kept.direct() && kept.via() == link
                ? kept
                : new Outlet(to, link, 0, link.peer().windowBytes());
    }

    private Outlet relayed(
            NodeId to,
            Map<NodeId, Connection> connections,
            SortedMap<NodeId, Map<NodeId, Integer>> views,
            @Nullable Outlet kept) {
        if (kept != null && !kept.direct() && kept.via().standing()) {
            // Another number means that the relay's own link to it has been down meanwhile, and frames were lost.
            Integer serial = kept.via().view().get(to);
            if (serial != null && serial.equals(relaySerials.get(to))) {
                return kept;
            }
        }
        Connection via = Visibility.relay(to, views).map(connections::get).orElseThrow();
        relaySerials.put(to, via.view().getOrDefault(to, 0));
        return new Outlet(to, via, lastRoutes.merge(to, 1, Integer::sum), RELAY_WINDOW_BYTES);
    }

    private static Change change(Routes before, Routes after) {
        List<NodeId> hidden = new ArrayList<>(before.visible());
        hidden.removeAll(after.visible());
        List<NodeId> shown = new ArrayList<>(after.visible());
        shown.removeAll(before.visible());
        List<MeshEvent.Writable> writable = new ArrayList<>();
        before.outlets().forEach((to, outlet) -> {
            if (after.outlets().get(to) != outlet) {
                List<Channel> refused = outlet.close();
                if (after.visible().contains(to)) {
                    refused.forEach(channel -> writable.add(new MeshEvent.Writable(to, channel)));
                }
            }
        });
        return new Change(hidden, shown, writable);
    }
}

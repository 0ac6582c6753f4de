package io.capstan.registry.core;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.Frame;
import io.capstan.crdt.core.TableInputs;
import io.capstan.testkit.sim.SimNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The mesh as simulated nodes have it: neighbours tell each other whom they are linked to, and messages take one hop
 * through a neighbour where there is no link.
 */
final class SimMesh<K, V> {
    /** What travels between two linked nodes. */
    sealed interface Packet {}

    record View(Set<NodeId> linked) implements Packet {}

    record TableFrame(Frame<?, ?> frame) implements Packet {}

    record Routed(NodeId source, NodeId target, byte[] message) implements Packet {}

    private final SimNode<Packet> node;
    private final NodeId self;
    private final TableInputs<K, V> inputs;
    private final Map<String, NodeId> linked = new TreeMap<>();
    private final Map<NodeId, Set<NodeId>> views = new TreeMap<>();
    private final TreeSet<NodeId> visible = new TreeSet<>();

    SimMesh(SimNode<Packet> node, NodeId self, TableInputs<K, V> inputs) {
        this.node = node;
        this.self = self;
        this.inputs = inputs;
    }

    Set<NodeId> visible() {
        return visible;
    }

    /** Seen, but only through others. */
    boolean bridged(NodeId peer) {
        return visible.contains(peer) && !peer.equals(linked.get(peer.name()));
    }

    void up(String peer, int incarnation) {
        NodeId id = new NodeId(peer, incarnation);
        linked.put(peer, id);
        views.put(id, Set.of());
        refresh();
        inputs.linked(id);
        announce();
    }

    void down(String peer) {
        NodeId gone = linked.remove(peer);
        if (gone != null) {
            views.remove(gone);
            inputs.unlinked(gone);
            refresh();
            announce();
        }
    }

    /** What the mesh itself understands of a packet: views, frames of a neighbour's table, packets to be passed on. */
    void receive(String peer, Packet packet) {
        if (packet instanceof View view) {
            viewed(peer, view);
        } else if (packet instanceof TableFrame frame) {
            NodeId from = linked.get(peer);
            if (from != null) {
                @SuppressWarnings("unchecked") // All nodes of a simulation have one kind of table.
                Frame<K, V> typed = (Frame<K, V>) frame.frame();
                inputs.frame(from, typed);
            }
        } else if (packet instanceof Routed routed && !routed.target().equals(self)) {
            route(routed);
        }
    }

    private void viewed(String peer, View view) {
        NodeId id = linked.get(peer);
        if (id != null) {
            views.put(id, view.linked());
            refresh();
        }
    }

    void frame(NodeId to, Frame<K, V> frame) {
        node.send(to.name(), new TableFrame(frame));
    }

    /** Directly, or through whoever says that it is linked; else it is lost. */
    void route(Routed routed) {
        NodeId target = routed.target();
        if (target.equals(linked.get(target.name()))) {
            node.send(target.name(), routed);
            return;
        }
        if (routed.source().equals(self)) {
            for (Map.Entry<NodeId, Set<NodeId>> view : views.entrySet()) {
                if (view.getValue().contains(target)) {
                    node.send(view.getKey().name(), routed);
                    return;
                }
            }
        }
    }

    private void announce() {
        View view = new View(new TreeSet<>(linked.values()));
        linked.keySet().forEach(peer -> node.send(peer, view));
    }

    private void refresh() {
        TreeSet<NodeId> now = new TreeSet<>(linked.values());
        views.values().forEach(now::addAll);
        now.removeIf(id -> id.name().equals(self.name()));
        for (NodeId gone : new TreeSet<>(visible)) {
            if (!now.contains(gone)) {
                visible.remove(gone);
                inputs.hidden(gone);
            }
        }
        for (NodeId come : now) {
            if (visible.add(come)) {
                inputs.visible(come);
            }
        }
    }
}

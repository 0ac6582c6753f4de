package io.capstan.registry.core;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.Effect;
import io.capstan.crdt.core.Slot;
import io.capstan.testkit.sim.SimNode;
import io.capstan.testkit.sim.SimProcess;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** One simulated node with groups, which knows what it should show of its own members. */
final class SimGroups implements SimProcess<SimMesh.Packet> {
    /** One process in one group. */
    record Place(NodeId node, Membership membership) {}

    final NodeId self;
    final GroupsReplica replica;
    final SimMesh<Membership, GroupRow> mesh;

    /** What this node shows: the sum of all changes that it told. */
    final Map<Place, Integer> shown = new HashMap<>();

    /** What its own users did. */
    final Map<Membership, Integer> truth = new TreeMap<>(java.util.Comparator.comparing(Membership::toString));

    SimGroups(SimNode<SimMesh.Packet> node, Consumer<SimGroups> started) {
        self = new NodeId(node.name(), node.incarnation());
        Slot slot = new Slot(node.random().nextLong(), node.random().nextLong(), self);
        replica = new GroupsReplica(slot, SimNames.TABLE, RowCodecs.groups());
        mesh = new SimMesh<>(node, self, replica);
        started.accept(this);
        node.every(Duration.ofMillis(100), () -> {
            replica.tick(node.nanos() / 1_000_000);
            perform();
        });
    }

    void join(Membership membership) {
        truth.merge(membership, 1, Integer::sum);
        replica.groups().join(membership, null);
        perform();
    }

    void leave(Membership membership) {
        truth.computeIfPresent(membership, (key, times) -> times == 1 ? null : times - 1);
        replica.groups().leave(membership);
        perform();
    }

    void stop(String process) {
        truth.keySet().removeIf(membership -> membership.process().equals(process));
        replica.groups().stopped(process);
        perform();
    }

    @Override
    public void onMessage(String from, SimMesh.Packet message) {
        mesh.receive(from, message);
        perform();
    }

    @Override
    public void onLinkUp(String peer, int incarnation) {
        mesh.up(peer, incarnation);
        perform();
    }

    @Override
    public void onLinkDown(String peer) {
        mesh.down(peer);
        perform();
    }

    private void perform() {
        replica.drain(this::send, this::perform);
        for (Place place : shown.keySet()) {
            if (!place.node().equals(self) && !mesh.visible().contains(place.node())) {
                throw new AssertionError(self + " shows " + place + ", whose node it does not see");
            }
        }
    }

    private void send(Effect<Membership, GroupRow> effect) {
        if (effect instanceof Effect.Send<Membership, GroupRow> send) {
            mesh.frame(send.peer(), send.frame());
        } else {
            throw new AssertionError(self + " was told " + effect);
        }
    }

    private void perform(GroupsEffect effect) {
        if (effect instanceof GroupsEffect.Changed changed) {
            Place place = new Place(changed.node(), changed.membership());
            if (shown.getOrDefault(place, 0) != changed.before()) {
                throw new AssertionError(self + " shows " + shown.get(place) + ", and then tells " + changed);
            }
            if (changed.after() == 0) {
                shown.remove(place);
            } else {
                shown.put(place, changed.after());
            }
        }
    }
}

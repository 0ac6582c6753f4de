package io.capstan.registry.core;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.Effect;
import io.capstan.crdt.core.Slot;
import io.capstan.registry.Metadata;
import io.capstan.testkit.sim.SimNode;
import io.capstan.testkit.sim.SimProcess;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One simulated node with groups, which knows what it should show of its own members. */
final class SimGroups implements SimProcess<SimMesh.Packet> {
    /** One process in one group. */
    record Place(NodeId node, Membership membership) {}

    final NodeId self;
    final GroupsReplica replica;
    final SimMesh<Membership, GroupRow> mesh;

    /** What this node shows: the sum of all changes that it told. */
    final Map<Place, GroupRow> shown = new HashMap<>();

    /** What its own users did. */
    final Map<Membership, GroupRow> truth = new TreeMap<>(java.util.Comparator.comparing(Membership::toString));

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

    /** Null: with the metadata that it has. */
    void join(Membership membership, @Nullable Metadata metadata) {
        GroupRow before = truth.getOrDefault(membership, GroupRow.of(0));
        truth.put(membership, new GroupRow(before.times() + 1, metadata == null ? before.metadata() : metadata));
        replica.groups().join(membership, metadata);
        perform();
    }

    void update(Membership membership, Metadata metadata) {
        truth.computeIfPresent(membership, (key, row) -> new GroupRow(row.times(), metadata));
        replica.groups().update(membership, old -> metadata);
        perform();
    }

    void leave(Membership membership) {
        truth.computeIfPresent(
                membership, (key, row) -> row.times() == 1 ? null : new GroupRow(row.times() - 1, row.metadata()));
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
            GroupRow before = shown.getOrDefault(place, GroupRow.of(0));
            GroupRow after = new GroupRow(changed.after(), changed.metadata());
            if (before.times() != changed.before() || before.equals(after)) {
                throw new AssertionError(self + " shows " + before + ", and then tells " + changed);
            }
            if (changed.after() == 0) {
                shown.remove(place);
            } else {
                shown.put(place, after);
            }
        }
    }
}

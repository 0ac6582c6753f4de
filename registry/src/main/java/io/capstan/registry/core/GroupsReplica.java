package io.capstan.registry.core;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.Effect;
import io.capstan.crdt.core.Frame;
import io.capstan.crdt.core.RowMeasure;
import io.capstan.crdt.core.Slot;
import io.capstan.crdt.core.Table;
import io.capstan.crdt.core.TableInputs;
import io.capstan.crdt.core.TableSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The groups with their replicated table: what production, the simulator and the traces run.
 *
 * <p>Give {@link #groups} and the table inputs, then {@link #drain}.
 */
public final class GroupsReplica implements TableInputs<Membership, GroupRow> {
    private final Table<Membership, GroupRow> table;
    private final GroupsCore groups;
    private final List<GroupsEffect> effects = new ArrayList<>();
    private final List<Effect<Membership, GroupRow>> wire = new ArrayList<>();

    /**
     * Starts a replica that knows nobody.
     *
     * @param own drawn at random for this start; its owner is this node
     */
    public GroupsReplica(Slot own, TableSettings settings, RowMeasure<Membership, GroupRow> measure) {
        this.table = new Table<>(own, settings, measure);
        this.groups = new GroupsCore(own.owner());
    }

    /** The door for joins, leaves and stopped processes. */
    public GroupsCore groups() {
        return groups;
    }

    @Override
    public void linked(NodeId peer) {
        table.linked(peer);
    }

    @Override
    public void unlinked(NodeId peer) {
        table.unlinked(peer);
    }

    @Override
    public void visible(NodeId owner) {
        table.visible(owner);
    }

    @Override
    public void hidden(NodeId owner) {
        table.hidden(owner);
    }

    @Override
    public void frame(NodeId peer, Frame<Membership, GroupRow> frame) {
        table.frame(peer, frame);
    }

    /** Time passes for the table. */
    public void tick(long nowMillis) {
        table.tick(nowMillis);
    }

    /**
     * Performs what the two parts ask of each other, and hands out the rest in order.
     *
     * @param toWire takes the table's frames and refusals
     * @param toDo takes all effects of the groups but Write and Erase
     */
    public void drain(Consumer<Effect<Membership, GroupRow>> toWire, Consumer<GroupsEffect> toDo) {
        write();
        for (Effect<Membership, GroupRow> effect : table.drain()) {
            if (effect instanceof Effect.Changed<Membership, GroupRow> changed) {
                if (!changed.slot().equals(table.slot())) {
                    groups.changed(changed.slot().owner(), changed.key(), changed.before(), changed.after());
                }
            } else if (!(effect instanceof Effect.CaughtUp || effect instanceof Effect.Acknowledged)) {
                wire.add(effect);
            }
        }
        write();
        List<Effect<Membership, GroupRow>> frames = List.copyOf(wire);
        List<GroupsEffect> todo = List.copyOf(effects);
        wire.clear();
        effects.clear();
        frames.forEach(toWire);
        todo.forEach(toDo);
    }

    private void write() {
        for (GroupsEffect effect : groups.drain()) {
            if (effect instanceof GroupsEffect.Write write) {
                table.put(write.membership(), write.row());
            } else if (effect instanceof GroupsEffect.Erase erase) {
                table.remove(erase.membership());
            } else {
                effects.add(effect);
            }
        }
    }
}

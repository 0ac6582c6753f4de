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
 * The names with their replicated table: what production, the simulator and the traces run.
 *
 * <p>Give {@link #names} and the table inputs, then {@link #drain}.
 */
public final class NamesReplica implements TableInputs<String, NameRow> {
    private final Table<String, NameRow> table;
    private final NamesCore names;
    private final List<NamesEffect> effects = new ArrayList<>();
    private final List<Effect<String, NameRow>> wire = new ArrayList<>();

    /**
     * Starts a replica that knows nobody.
     *
     * @param own drawn at random for this start; its owner is this node
     */
    public NamesReplica(Slot own, TableSettings settings, RowMeasure<String, NameRow> measure, NamesTiming timing) {
        this.table = new Table<>(own, settings, measure);
        this.names = new NamesCore(own.owner(), own.high(), own.low(), timing);
    }

    /** The door for requests, messages, stopped processes and resolvers' answers. */
    public NamesCore names() {
        return names;
    }

    @Override
    public void linked(NodeId peer) {
        table.linked(peer);
        names.visible(peer);
    }

    @Override
    public void unlinked(NodeId peer) {
        table.unlinked(peer);
    }

    @Override
    public void visible(NodeId owner) {
        table.visible(owner);
        names.visible(owner);
    }

    @Override
    public void hidden(NodeId owner) {
        table.hidden(owner);
        settle();
        names.hidden(owner);
    }

    @Override
    public void frame(NodeId peer, Frame<String, NameRow> frame) {
        table.frame(peer, frame);
    }

    /** Time passes for the table and the names. */
    public void tick(long nowMillis) {
        table.tick(nowMillis);
        settle();
        names.tick(nowMillis);
    }

    /**
     * Performs what the two parts ask of each other, and hands out the rest in order.
     *
     * @param toWire takes the table's frames and refusals
     * @param toDo takes all effects of the names but Write and Erase
     */
    public void drain(Consumer<Effect<String, NameRow>> toWire, Consumer<NamesEffect> toDo) {
        settle();
        List<Effect<String, NameRow>> frames = List.copyOf(wire);
        List<NamesEffect> todo = List.copyOf(effects);
        wire.clear();
        effects.clear();
        frames.forEach(toWire);
        todo.forEach(toDo);
    }

    private void settle() {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (NamesEffect effect : names.drain()) {
                moved = true;
                if (effect instanceof NamesEffect.Write write) {
                    table.put(write.name(), write.row());
                } else if (effect instanceof NamesEffect.Erase erase) {
                    table.remove(erase.name());
                } else {
                    effects.add(effect);
                }
            }
            for (Effect<String, NameRow> effect : table.drain()) {
                moved = true;
                take(effect);
            }
        }
    }

    private void take(Effect<String, NameRow> effect) {
        if (effect instanceof Effect.Changed<String, NameRow> changed) {
            if (!changed.slot().equals(table.slot())) {
                names.changed(changed.slot().owner(), changed.key(), changed.after());
            }
        } else if (effect instanceof Effect.CaughtUp<String, NameRow> caught) {
            names.caughtUp(caught.slot().owner());
        } else if (!(effect instanceof Effect.CaughtUp || effect instanceof Effect.Acknowledged)) {
            wire.add(effect);
        }
    }
}

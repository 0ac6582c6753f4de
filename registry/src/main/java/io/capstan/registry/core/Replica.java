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
 * A core with the replicated table of its rows: what production, the simulator and the traces run.
 *
 * <p>Give the core and the table their inputs, with a {@link #settle} between any two, then {@link #drain}.
 *
 * @param <E> what the core asks of its shell
 */
abstract class Replica<K, V, E> implements TableInputs<K, V> {
    private final Table<K, V> table;
    private final RowCore<K, V, E> core;
    private final List<E> effects = new ArrayList<>();
    private final List<Effect<K, V>> wire = new ArrayList<>();

    Replica(Slot own, TableSettings settings, RowMeasure<K, V> measure, RowCore<K, V, E> core) {
        this.table = new Table<>(own, settings, measure);
        this.core = core;
    }

    @Override
    public void linked(NodeId peer) {
        table.linked(peer);
        core.visible(peer);
    }

    @Override
    public void unlinked(NodeId peer) {
        table.unlinked(peer);
    }

    @Override
    public void visible(NodeId owner) {
        table.visible(owner);
        core.visible(owner);
    }

    /** The rows go first: a core that counts without their node must not count with them. */
    @Override
    public void hidden(NodeId owner) {
        table.hidden(owner);
        settle();
        core.hidden(owner);
    }

    @Override
    public void frame(NodeId peer, Frame<K, V> frame) {
        table.frame(peer, frame);
    }

    /** Whether {@link #frame} takes but a moment now, as far as the table goes. */
    public boolean isBrief(NodeId peer, Frame<K, V> frame) {
        return table.isBrief(peer, frame);
    }

    /** Time passes for the table and the core. */
    public void tick(long nowMillis) {
        table.tick(nowMillis);
        settle();
        core.tick(nowMillis);
    }

    /**
     * To be called between inputs that are given before one {@link #drain}: performs what the two parts ask of each other, so
     * that the next input meets both as they are after the last one.
     */
    public void settle() {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (E effect : core.drain()) {
                moved = true;
                perform(effect);
            }
            for (Effect<K, V> effect : table.happened()) {
                moved = true;
                take(effect);
            }
        }
    }

    /**
     * Performs what the two parts ask of each other, and hands out the rest in order.
     *
     * @param toWire takes the table's frames and whatever it has for the log
     * @param toDo takes all effects of the core but those that write rows
     */
    public void drain(Consumer<Effect<K, V>> toWire, Consumer<E> toDo) {
        settle();
        table.drain().forEach(this::take);
        List<Effect<K, V>> frames = List.copyOf(wire);
        List<E> todo = List.copyOf(effects);
        wire.clear();
        effects.clear();
        frames.forEach(toWire);
        todo.forEach(toDo);
    }

    private void perform(E effect) {
        if (effect instanceof RowWrite<?, ?>) {
            @SuppressWarnings("unchecked") // The core writes the rows of its own table.
            RowWrite<K, V> write = (RowWrite<K, V>) effect;
            V row = write.row();
            if (row == null) {
                table.remove(write.key());
            } else {
                table.put(write.key(), row);
            }
        } else {
            effects.add(effect);
        }
    }

    private void take(Effect<K, V> effect) {
        if (effect instanceof Effect.Changed<K, V> changed) {
            if (!changed.slot().equals(table.slot())) {
                core.changed(changed.slot().owner(), changed.key(), changed.before(), changed.after());
            }
        } else if (effect instanceof Effect.CaughtUp<K, V> caught) {
            core.caughtUp(caught.slot().owner());
        } else if (!(effect instanceof Effect.Acknowledged)) {
            wire.add(effect);
        }
    }
}

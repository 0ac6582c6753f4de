package io.capstan.crdt.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One replica's copy of one slot. */
final class SlotCopy<K, V> {
    final Slot slot;
    final boolean own;
    private final RowMeasure<K, V> measure;
    private final UnaryOperator<K> shared;
    SlotRows<K, V> rows;
    /** Rows are the slot as its owner had it after this change. */
    long known;
    /** Removals up to here are forgotten. */
    long floor;
    /** Whether readers see the rows. */
    boolean shown;
    /** A tail was reached since the owner was last seen to come. */
    boolean current;
    /** When the owner was last seen to go. */
    long hiddenAt;

    @Nullable
    Inbound<K, V> inbound;

    /** What is on disk of this copy; null when it is not kept there. */
    @Nullable
    OnDisk<K, V> disk;

    SlotCopy(Slot slot, boolean own, boolean shown, RowMeasure<K, V> measure, UnaryOperator<K> shared) {
        this.slot = slot;
        this.measure = measure;
        this.shared = shared;
        this.rows = new SlotRows<>(measure, shared);
        this.own = own;
        this.current = own;
        this.shown = shown;
    }

    @Nullable
    V shown(K key) {
        return shown ? rows.value(key) : null;
    }

    /** The owner's own change. */
    void stamp(K key, @Nullable V value, List<Effect<K, V>> effects) {
        change(new Row<>(key, ++known, value), effects);
    }

    /** Makes what is staged visible, in one step, and with it the source's tail. */
    void commit(Inbound<K, V> inbound, long tail, long floor, List<Effect<K, V>> effects) {
        if (inbound.replace) {
            replace(inbound.joins ? joined(inbound.staged) : inbound.staged, effects);
        } else {
            for (int i = inbound.staged.indexAbove(known); i < inbound.staged.end(); i++) {
                Row<K, V> row = inbound.staged.at(i);
                if (row != null) {
                    change(row, effects);
                }
            }
        }
        known = tail;
        inbound.committed();
        raiseFloor(floor);
    }

    /** As it was on disk, with what a crash has left there of rows that were to be deleted: it is told again. */
    void restore(long knownThere, long floorThere, List<Row<K, V>> stored, List<Effect<K, V>> effects) {
        if (disk != null) {
            disk.is(knownThere, floorThere);
        }
        for (Row<K, V> row : stored) {
            change(row, effects);
        }
        known = knownThere;
        raiseFloor(floorThere);
    }

    /** The owner forgets removals; its copies follow. */
    void raiseFloor(long newFloor) {
        if (newFloor <= floor) {
            return;
        }
        List<Row<K, V>> forgotten = new ArrayList<>();
        for (int i = rows.indexAbove(floor); i < rows.end(); i++) {
            Row<K, V> row = rows.at(i);
            if (row != null && row.version() > newFloor) {
                break;
            }
            if (row != null && row.removed()) {
                forgotten.add(row);
            }
        }
        forgotten.forEach(this::forget);
        floor = newFloor;
    }

    void hide(List<Effect<K, V>> effects) {
        if (shown) {
            forEachLive((key, value) -> effects.add(new Effect.Changed<>(slot, key, value, null)));
        }
        shown = false;
        current = false;
    }

    void show(List<Effect<K, V>> effects) {
        if (!shown) {
            forEachLive((key, value) -> effects.add(new Effect.Changed<>(slot, key, null, value)));
        }
        shown = true;
    }

    /** In version order. */
    void forEachLive(java.util.function.BiConsumer<K, V> visitor) {
        rows.forEachLive(visitor);
    }

    private void forget(Row<K, V> row) {
        rows.forget(row);
        if (disk != null) {
            disk.gone(row);
        }
    }

    private void change(Row<K, V> row, List<Effect<K, V>> effects) {
        Row<K, V> before = rows.append(row);
        if (disk != null && before != null) {
            disk.gone(before);
        }
        tell(before == null ? row.key() : before.key(), before == null ? null : before.value(), row.value(), effects);
    }

    /** Of two copies without a judge: of every key the higher version, whichever copy has it. */
    private SlotRows<K, V> joined(SlotRows<K, V> staged) {
        List<Row<K, V>> all = new ArrayList<>(staged.unordered());
        all.addAll(rows.unordered());
        // By hash among equals: only a broken copy has two rows of one version, and all are to mend it alike.
        all.sort(Comparator.<Row<K, V>>comparingLong(Row::version).thenComparingLong(measure::hash));
        SlotRows<K, V> joined = new SlotRows<>(RowMeasure.none(), UnaryOperator.identity());
        long last = 0;
        for (Row<K, V> row : all) {
            if (row.version() > last) {
                last = row.version();
                joined.append(row);
            }
        }
        return joined;
    }

    private void replace(SlotRows<K, V> fresh, List<Effect<K, V>> effects) {
        SlotRows<K, V> before = rows;
        if (disk != null) {
            disk.nothing();
        }
        rows = new SlotRows<>(measure, shared);
        for (int i = 0; i < before.end(); i++) {
            Row<K, V> row = before.at(i);
            if (row != null && fresh.get(row.key()) == null) {
                tell(row.key(), row.value(), null, effects);
            }
        }
        for (int i = 0; i < fresh.end(); i++) {
            Row<K, V> row = fresh.at(i);
            if (row == null) {
                continue;
            }
            rows.append(row);
            Row<K, V> old = before.get(row.key());
            tell(row.key(), old == null ? null : old.value(), row.value(), effects);
        }
    }

    private void tell(K key, @Nullable V before, @Nullable V after, List<Effect<K, V>> effects) {
        if (shown && !Objects.equals(before, after)) {
            effects.add(new Effect.Changed<>(slot, key, before, after));
        }
    }
}

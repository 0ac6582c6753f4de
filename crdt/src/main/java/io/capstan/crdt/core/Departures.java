package io.capstan.crdt.core;

import io.capstan.actors.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What becomes of the copies of slots whose owners are gone: hidden, dropped, or folded. */
final class Departures<K, V> {
    private final TableState<K, V> state;
    private final Receiving<K, V> receiving;
    private final Sending<K, V> sending;

    Departures(TableState<K, V> state, Receiving<K, V> receiving, Sending<K, V> sending) {
        this.state = state;
        this.receiving = receiving;
        this.sending = sending;
    }

    /** Writes what was folded, at this version or, if that is higher, the next. */
    void fold(Map<K, @Nullable V> rows, long version) {
        SlotCopy<K, V> base = state.copies.get(Slot.FOLDED);
        if (base == null) {
            base = state.copy(Slot.FOLDED, true);
        }
        // What comes on a stream that began before is of an earlier fold.
        receiving.abandon(base);
        boolean removed = version > base.known;
        base.known = Math.max(base.known, version - 1);
        for (Map.Entry<K, @Nullable V> row : rows.entrySet()) {
            base.stamp(row.getKey(), row.getValue(), state.effects);
            removed |= row.getValue() == null;
        }
        if (removed) {
            base.raiseFloor(base.known); // Nobody acknowledges this slot's removals: who is behind takes it whole.
        }
        base.current = true;
        state.moved.add(base);
        state.announce.add(base);
        retire(List.copyOf(rows.keySet()));
        receiving.reconsider(Slot.FOLDED);
    }

    void restored(SlotCopy<K, V> copy, List<Row<K, V>> rows) {
        if (copy.slot.equals(Slot.FOLDED)) {
            retire(rows.stream().map(Row::key).toList());
        } else if (state.folded.containsKey(copy.slot)) {
            retire(copy, state.folded.getOrDefault(copy.slot, 0L));
        }
    }

    /** Rows of {@link Slot#FOLDED} have these keys now: the slots that they tell of are gone, in the same step. */
    void retire(Collection<K> keys) {
        SlotCopy<K, V> base = state.copies.get(Slot.FOLDED);
        for (K key : keys) {
            Slot slot = state.retires.apply(key);
            V row = base == null || slot == null ? null : base.rows.value(key);
            if (slot != null && row != null) {
                long version = state.retiredAt.applyAsLong(row);
                state.folded.put(slot, version);
                state.peers.values().forEach(peer -> peer.offers.remove(slot));
                SlotCopy<K, V> copy = state.copies.get(slot);
                if (copy != null) {
                    retire(copy, version);
                }
            }
        }
    }

    /**
     * {@link Slot#FOLDED} was taken whole from one who has more of it. What that does not say to be folded is not, when it was
     * begun anew; and what was here and is not there counts nowhere.
     */
    void replaced(SlotCopy<K, V> base, long knownBefore, Collection<Row<K, V>> before) {
        if (!Anew.isEarlier(knownBefore, base.known)) {
            return;
        }
        List<Row<K, V>> lost = new ArrayList<>(before);
        lost.removeIf(row -> row.removed() || row.equals(base.rows.get(row.key())));
        if (!lost.isEmpty()) {
            state.effects.add(new Effect.Excess<>(base.slot, base.known, knownBefore, lost));
        }
        Set<Slot> folded = new HashSet<>();
        base.forEachLive((key, row) -> {
            Slot slot = state.retires.apply(key);
            if (slot != null) {
                folded.add(slot);
            }
        });
        state.folded.keySet().retainAll(folded);
    }

    private void retire(SlotCopy<K, V> copy, long version) {
        if (copy.own || copy.known > version) {
            List<Row<K, V>> rows = new ArrayList<>();
            for (int i = 0; i < copy.rows.end(); i++) {
                Row<K, V> row = copy.rows.at(i);
                if (row != null && !row.removed()) {
                    rows.add(row);
                }
            }
            state.effects.add(new Effect.Excess<>(copy.slot, version, copy.known, rows));
        }
        if (!copy.own) { // Its owner lives, and was told to be gone: its shell is told, and stops.
            drop(copy);
        }
    }

    /** The owner cannot be reached: its rows are not shown, and not relayed. */
    void hide(NodeId owner) {
        for (SlotCopy<K, V> copy : state.copies.values()) {
            if (copy.slot.owner().equals(owner) && !copy.own) {
                receiving.abandon(copy);
                copy.hide(state.effects);
                copy.hiddenAt = state.now;
                sending.withdraw(copy);
            }
        }
    }

    /** Whoever was away for long does not come back as who it was. */
    void tick() {
        long dropMillis = state.settings.dropAfter().toMillis();
        if (state.settings.departed() == TableSettings.Departed.HIDE) {
            dropIf(copy -> !state.visible.contains(copy.slot.owner()) && state.now - copy.hiddenAt >= dropMillis);
        }
    }

    void dropIf(Predicate<SlotCopy<K, V>> condition) {
        for (SlotCopy<K, V> copy : List.copyOf(state.copies.values())) {
            if (!copy.own && condition.test(copy)) {
                drop(copy);
            }
        }
    }

    /** Nothing is left of the copy. */
    void drop(SlotCopy<K, V> copy) {
        receiving.abandon(copy);
        copy.hide(state.effects);
        sending.withdraw(copy);
        state.copies.remove(copy.slot);
        state.moved.remove(copy);
        state.announce.remove(copy);
        if (copy.disk != null) {
            state.gone.add(copy.slot);
        }
    }
}

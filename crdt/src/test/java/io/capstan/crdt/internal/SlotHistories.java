package io.capstan.crdt.internal;

import io.capstan.crdt.core.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What the owners of all slots ever did, as only the test knows it: each slot's state after each of its versions. */
final class SlotHistories<K, V> {
    private final Map<Slot, List<Change<K, V>>> changes = new TreeMap<>();

    private final Map<Long, Map<K, V>> folded = new TreeMap<>();

    private record Change<K, V>(K key, @Nullable V value) {}

    /** The next version of the slot. */
    void record(Slot slot, K key, @Nullable V value) {
        changes.computeIfAbsent(slot, s -> new ArrayList<>()).add(new Change<>(key, value));
    }

    /** What was folded up to a version of {@link Slot#FOLDED}: the same at all who have that much of it. */
    Map<K, V> folded(long known, Map<K, V> shown) {
        return folded.computeIfAbsent(known, any -> Map.copyOf(shown));
    }

    /** The version of the key's row in a slot that is known so far; beyond all when it has none. */
    long version(Slot slot, K key, long known) {
        List<Change<K, V>> history = changes.getOrDefault(slot, List.of());
        for (int i = (int) known - 1; i >= 0; i--) {
            if (history.get(i).key().equals(key)) {
                return i + 1L;
            }
        }
        return Long.MAX_VALUE;
    }

    /** Visits all changes of a slot up to a version, in their order. */
    void forEachChange(Slot slot, long known, BiConsumer<K, @Nullable V> visitor) {
        List<Change<K, V>> history = changes.getOrDefault(slot, List.of());
        history.subList(0, (int) Math.min(known, history.size()))
                .forEach(change -> visitor.accept(change.key(), change.value()));
    }

    long version(Slot slot) {
        return changes.getOrDefault(slot, List.of()).size();
    }

    /** The state of one slot, moved forward version by version. */
    final class Reader {
        private final List<Change<K, V>> history;
        private final Map<K, V> state = new HashMap<>();
        private int version;

        Reader(Slot slot) {
            history = changes.computeIfAbsent(slot, s -> new ArrayList<>());
        }

        Map<K, V> at(long wanted) {
            if (wanted < version || wanted > history.size()) {
                throw new AssertionError(
                        "known " + wanted + " after " + version + " where the owner is at " + history.size());
            }
            for (; version < wanted; version++) {
                Change<K, V> change = history.get(version);
                if (change.value() == null) {
                    state.remove(change.key());
                } else {
                    state.put(change.key(), Objects.requireNonNull(change.value()));
                }
            }
            return state;
        }
    }
}

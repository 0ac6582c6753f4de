package io.capstan.crdt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.crdt.core.CounterKey;
import io.capstan.crdt.core.CounterRow;
import io.capstan.crdt.core.Deltas;
import io.capstan.crdt.core.Slot;
import io.capstan.testkit.sim.Simulation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * What became of operations that are forgotten, as only the test knows it: which a fold cut off, and what every reset had
 * seen when it was made. So what counts does not depend on what rows say.
 */
final class OperationLog {
    private final Simulation<?> world;
    private final Map<String, Deltas> added = new TreeMap<>();
    private final Map<Long, Set<String>> cutOff = new TreeMap<>();
    private final List<Seen> resets = new ArrayList<>();

    /** What a reset, which is this row, had seen. */
    private record Seen(Slot slot, long version, String counter, Set<String> ids) {}

    OperationLog(Simulation<?> world) {
        this.world = world;
    }

    void added(String id, Deltas deltas) {
        added.put(id, deltas);
    }

    /** Ids that count at a node as operations. */
    Set<String> counting(CounterReplica replica) {
        Set<String> counting = new HashSet<>(added.keySet());
        counting.removeIf(id -> !replica.counts(id));
        return counting;
    }

    /** A node has made a fold; before it these were counting there. */
    void folded(CounterReplica replica, Set<String> countingBefore) {
        Set<String> cut = new HashSet<>(countingBefore);
        cut.removeAll(counting(replica));
        long fold = replica.folder().folds();
        if (!cut.isEmpty() || cutOff.containsKey(fold)) {
            Set<String> others = cutOff.putIfAbsent(fold, cut);
            world.count(others == null ? "cuts made" : "cuts made by others too");
            assertThat(cut).as("of fold %d everybody cuts off the same", fold).isEqualTo(others == null ? cut : others);
        }
    }

    /** A node has reset a counter. */
    void reset(CounterReplica replica, String counter) {
        Slot own = replica.table().slot();
        long version = replica.table().version(own, new CounterKey.Reset(counter));
        if (version > 0) {
            Set<String> ids = counting(replica);
            cutOff.forEach((fold, cut) -> {
                if (fold <= replica.folder().folds()) {
                    ids.addAll(cut);
                }
            });
            if (replica.folder().foresees()) {
                world.count("resets while a cut was foreseen");
            }
            resets.add(new Seen(own, version, counter, ids));
        }
    }

    boolean isForgotten(String id) {
        return cutOff.values().stream().anyMatch(cut -> cut.contains(id));
    }

    /** What the operations of one counter come to, of all slots up to where they are known. */
    long value(
            String counter,
            SlotHistories<CounterKey, CounterRow> histories,
            Set<Slot> slots,
            ToLongFunction<Slot> known) {
        Map<String, Deltas> held = new HashMap<>();
        for (Slot slot : slots) {
            histories.forEachChange(slot, known.applyAsLong(slot), (key, row) -> {
                if (key instanceof CounterKey.Operation operation && row instanceof Deltas deltas) {
                    held.put(operation.id(), deltas);
                }
            });
        }
        Set<String> out = new HashSet<>();
        resets.stream()
                .filter(reset -> reset.counter().equals(counter) && reset.version() <= known.applyAsLong(reset.slot()))
                .forEach(reset -> out.addAll(reset.ids()));
        long value = 0;
        for (Map.Entry<String, Deltas> operation : held.entrySet()) {
            for (Deltas.Delta delta : operation.getValue().all()) {
                if (delta.counter().equals(counter) && out.contains(operation.getKey())) {
                    world.count(
                            isForgotten(operation.getKey())
                                    ? "forgotten operations taken out by resets"
                                    : "operations taken out by resets");
                } else if (delta.counter().equals(counter)) {
                    value += delta.amount();
                }
            }
        }
        return value;
    }
}

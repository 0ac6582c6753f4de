package io.capstan.crdt.internal;

import io.capstan.crdt.core.Baseline;
import io.capstan.crdt.core.Baseline.Seen;
import io.capstan.crdt.core.CounterKey;
import io.capstan.crdt.core.CounterRow;
import io.capstan.crdt.core.Deltas;
import io.capstan.crdt.core.Since;
import io.capstan.crdt.core.Slot;
import io.capstan.crdt.core.Sums;
import io.capstan.crdt.core.Table;
import io.capstan.testkit.sim.Simulation;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What all nodes have to read in the end: what the living added, of the departed whatever any of the living had heard, and
 * each operation that anybody holds, once; less what resets that anybody knows have seen.
 */
final class CounterOracle {
    private final Simulation<?> world;
    private final Map<Slot, Map<CounterKey, CounterRow>> states;
    private final Table<CounterKey, CounterRow> versions;
    private final Map<Slot, Map<String, Long>> added;

    /**
     * An oracle of one moment.
     *
     * @param states the slots as their owners had them
     * @param versions tells the versions of operations' rows
     * @param added what the living were told to add
     */
    CounterOracle(
            Simulation<?> world,
            Map<Slot, Map<CounterKey, CounterRow>> states,
            Table<CounterKey, CounterRow> versions,
            Map<Slot, Map<String, Long>> added) {
        this.world = world;
        this.states = states;
        this.versions = versions;
        this.added = added;
    }

    /** The value; {@code neverDeleted} allows to believe those who added rather than their rows. */
    long value(String name, boolean neverDeleted) {
        Baseline seen = states.values().stream()
                .map(state -> state.get(new CounterKey.Reset(name)))
                .filter(Baseline.class::isInstance)
                .map(Baseline.class::cast)
                .reduce(Baseline.of(false, Map.of()), Baseline::join);
        return totals(name, seen, neverDeleted) + operations(name, seen);
    }

    private long totals(String name, Baseline seen, boolean neverDeleted) {
        long total = 0;
        for (Map.Entry<Slot, Map<CounterKey, CounterRow>> state : states.entrySet()) {
            CounterRow row = state.getValue().get(new CounterKey.Total(name));
            Seen of = seen.seen().stream()
                    .filter(entry -> entry.slot().equals(state.getKey()))
                    .findFirst()
                    .orElse(null);
            Map<String, Long> own = added.get(state.getKey());
            if (row instanceof Since) {
                world.count("counts begun anew");
            }
            if (own != null && neverDeleted) {
                total += own.getOrDefault(name, 0L) - (of == null ? 0 : of.added() - of.taken());
            } else if (row != null) {
                total += left(row, of);
            }
        }
        return total;
    }

    private static long left(CounterRow row, @Nullable Seen of) {
        Sums sums = Since.sums(row);
        if (of == null || Since.since(row) > of.since()) {
            return sums.net();
        } else if (Since.since(row) < of.since()) {
            return 0;
        }
        return Math.max(0, sums.added() - of.added()) - Math.max(0, sums.taken() - of.taken());
    }

    private long operations(String name, Baseline seen) {
        Map<CounterKey, TreeSet<Deltas>> meanings = new HashMap<>();
        Map<CounterKey, Integer> holders = new HashMap<>();
        states.values()
                .forEach(state -> state.forEach((key, row) -> {
                    if (row instanceof Deltas deltas) {
                        holders.merge(key, 1, Integer::sum);
                        meanings.computeIfAbsent(key, id -> new TreeSet<>()).add(deltas);
                    }
                }));
        holders.values().stream()
                .filter(count -> count > 1)
                .forEach(count -> world.count("operations held by several slots"));
        long total = 0;
        for (Map.Entry<CounterKey, TreeSet<Deltas>> operation : meanings.entrySet()) {
            if (operation.getValue().size() > 1) {
                world.count("operations with two meanings");
            }
            Map<Slot, Long> held = versions.versions(operation.getKey());
            boolean out = seen.seen().stream()
                    .anyMatch(entry -> held.getOrDefault(entry.slot(), Long.MAX_VALUE) <= entry.operations());
            for (Deltas.Delta delta : operation.getValue().first().all()) {
                if (delta.counter().equals(name)) {
                    world.count(out ? "operations taken out by resets" : "operations that count");
                    total += out ? 0 : delta.amount();
                }
            }
        }
        return total;
    }
}

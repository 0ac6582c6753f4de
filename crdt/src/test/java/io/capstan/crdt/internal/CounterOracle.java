package io.capstan.crdt.internal;

import io.capstan.crdt.core.Baseline;
import io.capstan.crdt.core.Baseline.Seen;
import io.capstan.crdt.core.CounterKey;
import io.capstan.crdt.core.CounterRow;
import io.capstan.crdt.core.Deltas;
import io.capstan.crdt.core.Since;
import io.capstan.crdt.core.Slot;
import io.capstan.crdt.core.Sums;
import io.capstan.testkit.sim.Simulation;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * What all nodes have to read in the end: what the living added, of the departed whatever any of the living had heard, and
 * each operation that anybody holds, once; less what resets that anybody knows have seen.
 */
final class CounterOracle {
    private final Simulation<?> world;
    private final Map<Slot, Map<CounterKey, CounterRow>> states;
    private final Map<Slot, Long> folded;
    private final ToLongBiFunction<Slot, CounterKey> versions;
    private final Map<Slot, Map<String, Long>> added;

    /**
     * An oracle of one moment.
     *
     * @param states the slots as their owners had them
     * @param folded the slots that were folded, and at which version of what they were folded into
     * @param versions tells the versions of operations' rows, beyond all for none
     * @param added what the living were told to add
     */
    CounterOracle(
            Simulation<?> world,
            Map<Slot, Map<CounterKey, CounterRow>> states,
            Map<Slot, Long> folded,
            ToLongBiFunction<Slot, CounterKey> versions,
            Map<Slot, Map<String, Long>> added) {
        this.world = world;
        this.states = states;
        this.folded = folded;
        this.versions = versions;
        this.added = added;
    }

    /** The value; {@code neverDeleted} allows to believe those who added rather than their rows. */
    long value(String name, boolean neverDeleted) {
        Baseline seen = seen(name);
        return totals(name, seen, neverDeleted) + operations(name, seen);
    }

    private Baseline seen(String name) {
        return states.values().stream()
                .map(state -> state.get(new CounterKey.Reset(name)))
                .filter(Baseline.class::isInstance)
                .map(Baseline.class::cast)
                .map(reset -> expanded(name, reset))
                .reduce(Baseline.of(false, Map.of()), Baseline::join);
    }

    /** The value but for operations. */
    long totals(String name, boolean neverDeleted) {
        return totals(name, seen(name), neverDeleted);
    }

    /** Who has seen what was folded has seen every slot in it, wholly. */
    private Baseline expanded(String name, Baseline reset) {
        Map<Slot, Seen> seen = new TreeMap<>();
        for (Seen entry : reset.seen()) {
            seen.merge(entry.slot(), entry, CounterOracle::both);
            folded.forEach((slot, at) -> {
                if (entry.slot().equals(Slot.FOLDED) && at <= entry.operations()) {
                    CounterRow row = states.getOrDefault(slot, Map.of()).get(new CounterKey.Total(name));
                    Sums sums = row == null ? Sums.NOTHING : Since.sums(row);
                    long since = row == null ? 0 : Since.since(row);
                    Seen all = new Seen(slot, since, sums.added(), sums.taken(), Long.MAX_VALUE - 1);
                    seen.merge(slot, all, CounterOracle::both);
                }
            });
        }
        seen.remove(Slot.FOLDED);
        return Baseline.of(reset.deleted(), seen);
    }

    private static Seen both(Seen one, Seen other) {
        return Baseline.of(false, Map.of(one.slot(), one))
                .join(Baseline.of(false, Map.of(other.slot(), other)))
                .seen()
                .get(0);
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
            boolean out = seen.seen().stream()
                    .anyMatch(entry -> versions.applyAsLong(entry.slot(), operation.getKey()) <= entry.operations());
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

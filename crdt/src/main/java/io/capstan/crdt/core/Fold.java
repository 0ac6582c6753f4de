package io.capstan.crdt.core;

import io.capstan.crdt.core.Baseline.Seen;
import io.capstan.crdt.core.CounterKey.Bounded;
import io.capstan.crdt.core.CounterKey.Folded;
import io.capstan.crdt.core.CounterKey.Kept;
import io.capstan.crdt.core.CounterKey.Operation;
import io.capstan.crdt.core.CounterKey.Reset;
import io.capstan.crdt.core.CounterKey.Total;
import io.capstan.crdt.core.CounterKey.Windowed;
import io.capstan.crdt.core.KeptDeltas.Origin;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one fold writes into {@link Slot#FOLDED}: a function of what is there, and of the slots at the versions agreed on, so
 * that all who fold write the same.
 */
final class Fold {
    private final Table<CounterKey, CounterRow> table;
    private final Map<Slot, Long> slots;
    private final long number;
    private final @Nullable Slot heir;
    /** What is there before it. */
    private final long knownBefore;

    private final Map<CounterKey, @Nullable CounterRow> rows = new LinkedHashMap<>();
    private final Set<String> resets = new LinkedHashSet<>();
    private final Set<String> bounded = new LinkedHashSet<>();

    private Fold(Table<CounterKey, CounterRow> table, Map<Slot, Long> slots, long number, @Nullable Slot heir) {
        this.table = table;
        this.slots = slots;
        this.number = number;
        this.heir = heir;
        this.knownBefore = table.known(Slot.FOLDED);
    }

    /** The rows of the fold that was decided last, in their order; null removes one. */
    static Map<CounterKey, @Nullable CounterRow> of(Table<CounterKey, CounterRow> table, LedgerView view) {
        Fold fold = new Fold(table, view.last(), view.folds(), view.heir());
        fold.sweep();
        fold.slots.keySet().forEach(slot -> table.forEach(slot, (key, row) -> fold.add(slot, key, row)));
        fold.resets.forEach(fold::normalize);
        fold.bounded.forEach(fold::settle);
        fold.slots.forEach(fold::retire);
        return fold.rows;
    }

    /** Whether a fold of these would write what no row takes: then they are not folded, and only cost memory. */
    static boolean fits(Table<CounterKey, CounterRow> table, Map<Slot, Long> slots) {
        boolean[] fits = {true};
        Map<String, Integer> resetBytes = new TreeMap<>();
        for (Slot slot : slots.keySet()) {
            table.forEach(slot, (key, row) -> {
                if (key instanceof Total) {
                    Sums sums = Since.sums(row);
                    CounterRow base = table.value(Slot.FOLDED, key);
                    Sums there = base == null ? Sums.NOTHING : Since.sums(base);
                    // A share for each, as all are added together.
                    long most = (Sums.MAX - Math.max(there.added(), there.taken())) / Ledger.BATCH_MAX;
                    fits[0] &= sums.added() <= most && sums.taken() <= most;
                } else if (key instanceof Reset reset) {
                    CounterRow base = table.value(Slot.FOLDED, key);
                    resetBytes.putIfAbsent(
                            reset.counter(), base instanceof Baseline before ? CounterWire.bytes(before) : 0);
                    int bytes = resetBytes.merge(reset.counter(), CounterWire.bytes((Baseline) row), Integer::sum);
                    fits[0] &= bytes <= CounterWire.BASELINE_BYTES_MAX;
                }
            });
        }
        return fits[0];
    }

    /**
     * What a reset says of slots that are to be folded, and says of nothing there: of counts that were begun anew since, or
     * are gone. Once the slot is folded nobody can tell.
     */
    static Baseline cleaned(
            Table<CounterKey, CounterRow> table, Map<Slot, Long> slots, String counter, Baseline baseline) {
        Map<Slot, Seen> seen = new TreeMap<>();
        Seen ofFolded = baseline.of(Slot.FOLDED);
        for (Seen entry : baseline.seen()) {
            long foldedAt = foldedAt(table, entry.slot());
            if (foldedAt > 0 && ofFolded != null && foldedAt <= ofFolded.operations()) {
                continue; // Seen as part of what it was folded into.
            }
            if (!slots.containsKey(entry.slot())) {
                seen.put(entry.slot(), entry);
                continue;
            }
            CounterRow row = table.value(entry.slot(), new Total(counter));
            long since = row == null ? 0 : Since.since(row);
            if (row != null && since == entry.since()) {
                // Of more than is folded, which nobody has any more, nothing may be taken from what others had counted.
                Sums sums = Since.sums(row);
                seen.put(
                        entry.slot(),
                        new Seen(
                                entry.slot(),
                                since,
                                Math.min(entry.added(), sums.added()),
                                Math.min(entry.taken(), sums.taken()),
                                entry.operations()));
            } else if (entry.operations() > 0) {
                seen.put(entry.slot(), new Seen(entry.slot(), since, 0, 0, entry.operations()));
            }
        }
        return Baseline.of(baseline.deleted(), seen);
    }

    /** Deleted counters of which nothing is left here go, with the resets that said so. */
    private void sweep() {
        Set<String> operated = new HashSet<>();
        List<Map.Entry<String, Baseline>> deleted = new ArrayList<>();
        table.forEach(Slot.FOLDED, (key, row) -> {
            if (key instanceof Kept) {
                ((KeptDeltas) row).deltas().all().forEach(delta -> operated.add(delta.counter()));
            } else if (key instanceof Reset reset) {
                resets.add(reset.counter());
                if (((Baseline) row).deleted()) {
                    deleted.add(Map.entry(reset.counter(), (Baseline) row));
                }
            } else if (key instanceof Bounded one
                    && ((Escrow) row).given().stream().anyMatch(gift -> slots.containsKey(gift.to()))) {
                bounded.add(one.counter());
            }
        });
        for (Map.Entry<String, Baseline> counter : deleted) {
            boolean ofFoldedOnly = counter.getValue().seen().stream().allMatch(entry -> isFolded(entry.slot()));
            boolean left = new Resets.OfFolded(table, counter.getKey(), counter.getValue()).anyLeft();
            if (ofFoldedOnly && !left && !operated.contains(counter.getKey())) {
                Total total = new Total(counter.getKey());
                if (table.value(Slot.FOLDED, total) != null) {
                    rows.put(total, null);
                }
                rows.put(new Reset(counter.getKey()), null);
                resets.remove(counter.getKey());
            }
        }
    }

    private boolean isFolded(Slot slot) {
        return slot.equals(Slot.FOLDED) || CounterKey.Trim.is(slot) || foldedAt(table, slot) > 0;
    }

    /** At which version of {@link Slot#FOLDED} the slot was folded, or the operations that are called one; 0 for none. */
    static long foldedAt(Table<CounterKey, CounterRow> table, Slot slot) {
        return table.version(
                Slot.FOLDED, CounterKey.Trim.is(slot) ? new CounterKey.Trim(slot.low()) : new Folded(slot));
    }

    private @Nullable CounterRow row(CounterKey key) {
        return rows.containsKey(key) ? rows.get(key) : table.value(Slot.FOLDED, key);
    }

    private void add(Slot slot, CounterKey key, CounterRow row) {
        if (key instanceof Total) {
            rows.put(key, plus(row(key), Since.sums(row), knownBefore));
        } else if (key instanceof Operation operation) {
            if (!Positions.cover(table, slot, operation)) {
                keep(new Kept(operation.id()), (Deltas) row, new Origin(slot, table.version(slot, key)));
            }
        } else if (key instanceof Reset reset) {
            Baseline before = row(key) instanceof Baseline baseline ? baseline : Baseline.NOTHING;
            rows.put(key, before.join((Baseline) row));
            resets.add(reset.counter());
        } else if (key instanceof Windowed windowed) {
            rows.put(key, row(key) instanceof Ring before ? together(windowed, before, (Ring) row) : row);
        } else if (key instanceof Bounded counter) {
            Escrow one = (Escrow) row;
            rows.put(key, row(key) instanceof Escrow before ? together(before, one) : one);
            bounded.add(counter.counter());
        }
    }

    /** A counter's total here with so much more, when so much of {@link Slot#FOLDED} was known before. */
    static CounterRow plus(@Nullable CounterRow before, Sums sums, long knownBefore) {
        Sums there = before == null ? Sums.NOTHING : Since.sums(before);
        Sums all = Sums.of(there.added() + sums.added(), there.taken() + sums.taken());
        // What was here before, if anything, is gone: resets that saw that say nothing of this.
        long since = before == null ? knownBefore : Since.since(before);
        return since > 0 ? new Since(since, all) : all;
    }

    private void keep(Kept key, Deltas deltas, Origin origin) {
        KeptDeltas before = (KeptDeltas) row(key);
        if (before == null) {
            rows.put(key, new KeptDeltas(deltas, List.of(origin)));
            return;
        }
        KeptDeltas kept = before.and(deltas, origin);
        long version = table.version(Slot.FOLDED, key);
        // Whoever saw it where it stands now goes on having seen it.
        rows.put(key, version > 0 ? kept.and(kept.deltas(), new Origin(Slot.FOLDED, version)) : kept);
    }

    private static Ring together(Windowed window, Ring one, Ring other) {
        long last = Math.max(one.last(), other.last());
        List<Long> counts = new ArrayList<>();
        for (int i = 0; i < window.buckets(); i++) {
            counts.add(count(one, last - i) + count(other, last - i));
        }
        while (!counts.isEmpty() && counts.get(counts.size() - 1) == 0) {
            counts.remove(counts.size() - 1);
        }
        return new Ring(last, counts);
    }

    private static long count(Ring ring, long bucket) {
        long back = ring.last() - bucket;
        return back >= 0 && back < ring.counts().size() ? ring.counts().get((int) back) : 0;
    }

    private static Escrow together(Escrow one, Escrow other) {
        Map<Slot, Long> given = new TreeMap<>();
        one.given().forEach(gift -> given.merge(gift.to(), gift.amount(), Long::sum));
        other.given().forEach(gift -> given.merge(gift.to(), gift.amount(), Long::sum));
        return Escrow.of(
                one.made() + other.made(), one.used() + other.used(), one.received() + other.received(), 0, given);
    }

    /** Gifts among the folded are none any more; what rights are left go to one who lives. */
    private void settle(String counter) {
        Bounded key = new Bounded(counter);
        if (!(row(key) instanceof Escrow all)) {
            return;
        }
        Map<Slot, Long> given = new TreeMap<>();
        long outside = 0;
        long inside = 0;
        for (Escrow.Given gift : all.given()) {
            if (slots.containsKey(gift.to()) || isFolded(gift.to())) {
                inside += gift.amount();
            } else {
                outside += gift.amount();
                given.put(gift.to(), gift.amount());
            }
        }
        // A gift that was never seen to come stays a debt: its receiver may be of a later fold, and bring it along.
        long settled = Math.min(inside, all.received());
        long received = all.received() - settled;
        if (inside > settled) {
            given.put(Slot.FOLDED, inside - settled);
        }
        long left = all.made() + received - all.used() - outside - (inside - settled);
        if (heir != null && left > 0) {
            given.merge(heir, left, Long::sum);
        }
        rows.put(key, Escrow.of(all.made(), all.used(), received, 0, given));
    }

    private void normalize(String counter) {
        Reset key = new Reset(counter);
        if (row(key) instanceof Baseline before) {
            Baseline after = cleaned(table, slots, counter, before);
            if (after.seen().isEmpty() && !after.deleted()) {
                if (table.value(Slot.FOLDED, key) == null) {
                    rows.remove(key);
                } else {
                    rows.put(key, null);
                }
            } else if (rows.containsKey(key) || !after.equals(before)) {
                rows.put(key, after);
            }
        }
    }

    private void retire(Slot slot, long version) {
        long[] totals = new long[2];
        table.forEach(slot, (key, row) -> {
            if (key instanceof Total) {
                totals[0] = saturated(totals[0], Since.sums(row).added());
                totals[1] = saturated(totals[1], Since.sums(row).taken());
            }
        });
        rows.put(new Folded(slot), new Retired(version, number, totals[0], totals[1]));
        CounterKey trimmed = new CounterKey.Trimmed(slot);
        if (table.value(Slot.FOLDED, trimmed) != null) {
            rows.put(trimmed, null);
        }
    }

    static long saturated(long one, long other) {
        return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
    }
}

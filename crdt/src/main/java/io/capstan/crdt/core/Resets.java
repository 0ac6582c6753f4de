package io.capstan.crdt.core;

import io.capstan.crdt.core.Baseline.Seen;
import io.capstan.crdt.core.CounterKey.Kept;
import io.capstan.crdt.core.CounterKey.Operation;
import io.capstan.crdt.core.CounterKey.Reset;
import io.capstan.crdt.core.CounterKey.Total;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongConsumer;

/**
 * Which counters were reset, and what still counts of them: a function of the table's rows alone, so all who hold the same
 * rows read the same. Not thread-safe.
 */
public final class Resets {
    private final Table<CounterKey, CounterRow> table;
    private final Operations operations;
    private final Foreseen foreseen;
    private final Map<String, Baseline> joined = new HashMap<>();

    public Resets(Table<CounterKey, CounterRow> table, Operations operations, Foreseen foreseen) {
        this.table = table;
        this.operations = operations;
        this.foreseen = foreseen;
    }

    /** Whether any reset of the counter is known. */
    public boolean any(String counter) {
        return joined.containsKey(counter);
    }

    /** What all known resets of the counter have seen together. */
    public Baseline of(String counter) {
        return joined.getOrDefault(counter, Baseline.NOTHING);
    }

    /** Some slot's reset of the counter is another. */
    public void changed(String counter) {
        Baseline all = Baseline.NOTHING;
        for (CounterRow row : table.values(new Reset(counter)).values()) {
            all = all.join((Baseline) row);
        }
        if (all.seen().isEmpty()) {
            joined.remove(counter);
        } else {
            joined.put(counter, all);
        }
    }

    /** As {@link #seen(String, boolean)}, and what our own reset of it had seen before. */
    public Baseline seenByNow(String counter, boolean deleted) {
        Baseline seen = seen(counter, deleted);
        if (table.own(new Reset(counter)) instanceof Baseline before) {
            Baseline joined = new Baseline(deleted, seen.join(before).seen());
            return Fold.cleaned(table, Map.of(), counter, joined);
        }
        return seen;
    }

    /** What is known of the counter here and now, as a reset sees it. */
    public Baseline seen(String counter, boolean deleted) {
        Map<Slot, Seen> seen = new TreeMap<>();
        table.values(new Total(counter)).forEach((slot, row) -> {
            Sums sums = Since.sums(row);
            seen.put(slot, new Seen(slot, Since.since(row), sums.added(), sums.taken(), 0));
        });
        operations.forEachOf(
                counter,
                (id, amount) -> standing(id)
                        .forEach((slot, version) -> seen.merge(slot, new Seen(slot, 0, 0, 0, version), Seen::join)));
        long folded = table.known(Slot.FOLDED);
        if (folded > 0 && !seen.isEmpty()) {
            // How far, also when nothing of this counter is there: what was folded up to here needs no entry of its
            // own.
            seen.merge(Slot.FOLDED, new Seen(Slot.FOLDED, 0, 0, 0, folded), Seen::join);
        }
        Seen cut = foreseen.seen(counter);
        if (cut != null) {
            seen.put(cut.slot(), cut);
        }
        return Baseline.of(deleted, seen);
    }

    /**
     * Visits what still counts of a counter that was reset, but for the sums in our own cells: of these what was seen is
     * taken away.
     */
    public void forEachLeft(String counter, LongConsumer left) {
        Baseline all = of(counter);
        table.values(new Total(counter)).forEach((slot, row) -> {
            Seen seen = all.of(slot);
            if (slot.equals(Slot.FOLDED)) {
                left.accept(new OfFolded(table, counter, all).net());
            } else if (!slot.equals(table.slot())) {
                left.accept(Baseline.left(row, seen));
            } else if (seen != null && seen.since() == Since.since(row)) {
                left.accept(seen.taken() - seen.added());
            }
        });
        operations.forEachOf(counter, (id, amount) -> {
            if (!seen(all, id)) {
                left.accept(amount);
            }
        });
    }

    /** Whether the counter is deleted and nothing that is stamped is left of it. */
    public boolean gone(String counter) {
        Baseline all = of(counter);
        if (!all.deleted()) {
            return false;
        }
        for (Map.Entry<Slot, CounterRow> total :
                table.values(new Total(counter)).entrySet()) {
            Seen seen = all.of(total.getKey());
            if (total.getKey().equals(Slot.FOLDED)) {
                if (new OfFolded(table, counter, all).anyLeft()) {
                    return false;
                }
            } else if (seen == null || !seen.covers(total.getValue())) {
                return false;
            }
        }
        boolean[] left = new boolean[1];
        operations.forEachOf(counter, (id, amount) -> left[0] |= !seen(all, id));
        return !left[0];
    }

    /** Whether a reset of our own is all that is left of a counter that is gone: then nobody needs it any more. */
    public boolean needless(String counter) {
        boolean[] held = new boolean[1];
        operations.forEachOf(counter, (id, amount) -> held[0] = true);
        return !held[0]
                && of(counter).deleted()
                && table.values(new Total(counter)).isEmpty();
    }

    /** Whether a reset of the counter has seen the operation: then what it adds to this one does not count. */
    boolean seen(String counter, String id) {
        return any(counter) && seen(of(counter), id);
    }

    /** The cuts that resets name. */
    Set<Long> named() {
        Set<Long> named = new TreeSet<>();
        for (Baseline reset : joined.values()) {
            reset.seen().stream().map(Seen::slot).filter(CounterKey.Trim::is).forEach(slot -> named.add(slot.low()));
        }
        return named;
    }

    /** An operation is taken out once a reset has seen it in any slot: it is one and the same in all. */
    private boolean seen(Baseline all, String id) {
        for (Map.Entry<Slot, Long> held : held(id).entrySet()) {
            Seen seen = all.of(held.getKey());
            if (seen != null && held.getValue() <= seen.operations()) {
                return true;
            }
        }
        return false;
    }

    /** Where the operation is, and its version there. */
    private Map<Slot, Long> standing(String id) {
        Map<Slot, Long> standing = new TreeMap<>(table.versions(new Operation(id)));
        standing.entrySet().removeIf(at -> Positions.of(table, at.getKey()).cover(at.getValue()));
        long folded = table.version(Slot.FOLDED, new Kept(id));
        if (folded > 0) {
            standing.put(Slot.FOLDED, folded);
        }
        return standing;
    }

    /** Where it is and was. */
    private Map<Slot, Long> held(String id) {
        Map<Slot, Long> held = standing(id);
        if (table.value(Slot.FOLDED, new Kept(id)) instanceof KeptDeltas kept) {
            kept.origins().forEach(origin -> held.merge(origin.slot(), origin.version(), Math::min));
        }
        return held;
    }

    /**
     * What is left of a counter in {@link Slot#FOLDED}. A reset that saw a slot before it was folded goes on saying what it
     * saw of it; one that saw it afterwards has seen it as part of the whole.
     */
    static final class OfFolded {
        private long added;
        private long taken;

        OfFolded(Table<CounterKey, CounterRow> table, String counter, Baseline all) {
            CounterRow row = table.value(Slot.FOLDED, new Total(counter));
            if (row == null) {
                return;
            }
            added = Since.sums(row).added();
            taken = Since.sums(row).taken();
            Seen whole = all.of(Slot.FOLDED);
            if (whole != null && whole.since() == Since.since(row)) {
                added -= whole.added();
                taken -= whole.taken();
            }
            long upTo = Math.max(Since.since(row), whole == null ? 0 : whole.operations());
            for (Seen seen : all.seen()) {
                boolean counted = seen.added() > 0 || seen.taken() > 0;
                if (counted && Fold.foldedAt(table, seen.slot()) > upTo) {
                    Sums out = takenOut(table, counter, seen.slot());
                    added -= Math.max(0, seen.added() - out.added());
                    taken -= Math.max(0, seen.taken() - out.taken());
                }
            }
            // Where a reset has seen more of what was folded than is here yet, nothing is left, and never less.
            added = Math.max(0, added);
            taken = Math.max(0, taken);
        }

        /** What was left out of a cut's sums already. */
        private static Sums takenOut(Table<CounterKey, CounterRow> table, String counter, Slot slot) {
            boolean cut = CounterKey.Trim.is(slot);
            CounterRow out = cut ? table.value(Slot.FOLDED, new CounterKey.TakenOut(slot.low(), counter)) : null;
            return out == null ? Sums.NOTHING : (Sums) out;
        }

        long net() {
            return added - taken;
        }

        boolean anyLeft() {
            return added > 0 || taken > 0;
        }
    }
}

package io.capstan.crdt.core;

import io.capstan.crdt.core.Baseline.Seen;
import io.capstan.crdt.core.CounterKey.Kept;
import io.capstan.crdt.core.CounterKey.Operation;
import io.capstan.crdt.core.CounterKey.Reset;
import io.capstan.crdt.core.CounterKey.TakenOut;
import io.capstan.crdt.core.CounterKey.Total;
import io.capstan.crdt.core.CounterKey.Trimmed;
import io.capstan.crdt.core.Deltas.Delta;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What one {@link Cut} writes into {@link Slot#FOLDED}: the sums of its operations, which rows count no more for that, and
 * what resets that could not know of it need. A function of what is there after the folds before it and of the cut, as
 * {@link Fold} is of slots.
 *
 * <p>It is a fold of one slot more that nobody wrote, {@link CounterKey.Trim#slot}, whose sums the operations are. A reset
 * made by who has confirmed the cut names that slot, as it has seen all of it; what others had seen before they confirmed,
 * all are told by the cut.
 */
final class Trim {
    /** A cut that no reset names is forgotten so many folds later: a row that names it may have been on its way once. */
    private static final int FOLDS_KEPT = 2;

    private final Table<CounterKey, CounterRow> table;
    private final Cut cut;
    private final long number;
    private final Map<CounterKey, @Nullable CounterRow> rows = new LinkedHashMap<>();

    private Trim(Table<CounterKey, CounterRow> table, Cut cut, long number) {
        this.table = table;
        this.cut = cut;
        this.number = number;
    }

    /** The rows of the cut that was decided last, in their order; null removes one. */
    static Map<CounterKey, @Nullable CounterRow> of(Table<CounterKey, CounterRow> table, LedgerView view) {
        Trim trim = new Trim(table, view.lastCut(), view.folds());
        SortedMap<String, Deltas> operations = operations(table, trim.cut.upTo());
        trim.sum(operations);
        trim.unkeep(operations.keySet());
        trim.positions();
        trim.rows.put(new CounterKey.Trim(trim.cut.revision()), new Retired(0, trim.number, 0, 0));
        trim.forget();
        return trim.rows;
    }

    /** By id what stands in the prefixes and is not cut off yet; of two meanings the least, as everywhere. */
    static SortedMap<String, Deltas> operations(Table<CounterKey, CounterRow> table, Map<Slot, Long> upTo) {
        SortedMap<String, Deltas> operations = new TreeMap<>();
        upTo.forEach((slot, version) -> {
            Positions before = Positions.of(table, slot);
            table.forEach(slot, (key, row) -> {
                String id = key instanceof Operation operation
                        ? operation.id()
                        : key instanceof Kept kept ? kept.id() : null;
                long at = id == null ? 0 : table.version(slot, key);
                if (id != null && at <= version && !before.cover(at)) {
                    operations.merge(id, KeptDeltas.deltas(row), Trim::least);
                }
            });
        });
        operations.replaceAll((id, deltas) -> table.value(Slot.FOLDED, new Kept(id)) instanceof KeptDeltas kept
                ? least(kept.deltas(), deltas)
                : deltas);
        return operations;
    }

    /** Visits all deltas of a cut with their numbers, by which its members say which are taken. */
    static void number(SortedMap<String, Deltas> operations, Numbered visitor) {
        int number = 0;
        for (Map.Entry<String, Deltas> operation : operations.entrySet()) {
            for (Delta delta : operation.getValue().all()) {
                visitor.accept(number++, operation.getKey(), delta);
            }
        }
    }

    /** See {@link #number}. */
    @FunctionalInterface
    interface Numbered {
        void accept(int number, String id, Delta delta);
    }

    /** What operations add and take together; no more of either than {@link Sums#MAX}. */
    static Sums plus(@Nullable Sums before, Delta delta) {
        Sums there = before == null ? Sums.NOTHING : before;
        return delta.amount() >= 0
                ? Sums.of(Math.min(Sums.MAX, there.added() + delta.amount()), there.taken())
                : Sums.of(there.added(), Math.min(Sums.MAX, there.taken() - delta.amount()));
    }

    private static Deltas least(Deltas one, Deltas other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private void sum(SortedMap<String, Deltas> operations) {
        SortedMap<String, Sums> left = new TreeMap<>();
        SortedMap<String, Sums> taken = new TreeMap<>();
        number(
                operations,
                (number, id, delta) -> (cut.taken().contains(number) ? taken : left)
                        .compute(delta.counter(), (counter, sums) -> plus(sums, delta)));
        long knownBefore = table.known(Slot.FOLDED);
        left.forEach((counter, sums) -> {
            CounterRow before = table.value(Slot.FOLDED, new Total(counter));
            rows.put(new Total(counter), Fold.plus(before, sums, knownBefore));
        });
        taken.forEach((counter, sums) -> rows.put(new TakenOut(cut.revision(), counter), sums));
    }

    private void unkeep(Set<String> ids) {
        for (String id : ids) {
            if (table.value(Slot.FOLDED, new Kept(id)) != null) {
                rows.put(new Kept(id), null);
            }
        }
    }

    private void positions() {
        Set<Slot> slots = new TreeSet<>(cut.upTo().keySet());
        slots.addAll(cut.strays().keySet());
        slots.remove(Slot.FOLDED); // What is kept there is removed.
        for (Slot slot : slots) {
            Positions before = Positions.of(table, slot);
            long version = Math.max(before.version(), cut.upTo().getOrDefault(slot, 0L));
            Set<Long> beyond = new TreeSet<>(before.beyond());
            beyond.addAll(cut.strays().getOrDefault(slot, Set.of()));
            beyond.removeIf(row -> row <= version);
            rows.put(new Trimmed(slot), new Positions(version, List.copyOf(beyond)));
        }
    }

    /** Earlier cuts that nobody names any more, and what resets here say of such as were never made. */
    private void forget() {
        Set<Long> stay = new TreeSet<>(Set.of(cut.revision()));
        List<CounterKey> gone = new ArrayList<>();
        List<Map.Entry<Reset, Baseline>> resets = new ArrayList<>();
        folded((key, row) -> {
            if (key instanceof CounterKey.Trim trim) {
                boolean old = ((Retired) row).fold() + FOLDS_KEPT <= number;
                if (old && !cut.named().contains(trim.revision())) {
                    gone.add(key);
                } else {
                    stay.add(trim.revision());
                }
            } else if (key instanceof Reset reset) {
                resets.add(Map.entry(reset, (Baseline) row));
            }
        });
        folded((key, row) -> {
            if (key instanceof TakenOut out && !stay.contains(out.revision())) {
                gone.add(key);
            }
        });
        gone.forEach(key -> rows.put(key, null));
        for (Map.Entry<Reset, Baseline> reset : resets) {
            Baseline left = naming(reset.getValue(), stay);
            if (!left.equals(reset.getValue())) {
                rows.put(reset.getKey(), left.seen().isEmpty() && !left.deleted() ? null : left);
            }
        }
    }

    private void folded(BiConsumer<CounterKey, CounterRow> visitor) {
        table.forEach(Slot.FOLDED, visitor);
    }

    /** A reset without the cuts that it names, but for these. */
    static Baseline naming(Baseline reset, Set<Long> cuts) {
        Map<Slot, Seen> seen = new TreeMap<>();
        for (Seen entry : reset.seen()) {
            if (!CounterKey.Trim.is(entry.slot()) || cuts.contains(entry.slot().low())) {
                seen.put(entry.slot(), entry);
            }
        }
        return Baseline.of(reset.deleted(), seen);
    }
}

package io.capstan.crdt.core;

import io.capstan.crdt.core.CounterKey.Kept;
import io.capstan.crdt.core.CounterKey.Operation;
import io.capstan.crdt.core.CounterKey.Reset;
import io.capstan.crdt.core.CounterKey.Total;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One member's part in forgetting operations that are older than their window: what it says of that, and what it does to
 * its own slot afterwards. Pure; not thread-safe.
 */
final class Trimmer {
    /** Operations of one prefix, at most; halved when a cut is given up, as it may have been too large. */
    private static final int PREFIX_MAX = 4_096;

    /** So many times in a window each member begins a cut, if there is room; after a full prefix at once. */
    private static final int CUTS_OF_A_WINDOW = 8;

    /** So many looks are enough for what is in a cut's way to be folded, or to join. */
    private static final int LOOKS = 5;

    private final Table<CounterKey, CounterRow> table;
    private final Resets resets;
    private final Foreseen foreseen;
    private long windowMillis;
    private @Nullable Ages ages;
    private long now;
    /** When the next cut may be begun. */
    private long beginAt = Long.MIN_VALUE;

    private int prefixMax = PREFIX_MAX;
    private boolean full;
    /** The last revision that had a prefix of our slot, until that is made or given up; 0 for none. */
    private long proposed;

    private Set<Slot> inTheWay = Set.of();
    private int looksInTheWay;
    /** Of our own slot: rows that count no more since an earlier fold, which all members have made. */
    private Positions removable = Positions.NONE;

    Trimmer(Table<CounterKey, CounterRow> table, Resets resets, Foreseen foreseen) {
        this.table = table;
        this.resets = resets;
        this.foreseen = foreseen;
    }

    void window(long millis) {
        windowMillis = millis;
        ages = new Ages(millis);
    }

    void tick(long nowMillis) {
        now = nowMillis;
        if (ages != null) {
            ages.tick(nowMillis, table.version(), table.known(Slot.FOLDED));
        }
    }

    /** To be called with every view, before anything is said. */
    void heard(LedgerView view, long folds) {
        boolean other = view.folds() == folds && view.revision() > foreseen.revision();
        if (foreseen.open() && other) {
            foreseen.close();
        }
        if (view.folds() > folds) {
            removable = Positions.of(table, table.slot()); // Whoever has confirmed the next fold has made the last.
        }
        remove();
        if (!foreseen.open() && view.folds() == folds) {
            foreseen.takeNamed().forEach(counter -> settle(counter, folds));
        }
        if (view.folds() == folds && view.revision() > proposed) {
            if (view.cut().upTo().containsKey(table.slot())) {
                proposed = view.revision();
            } else if (proposed > 0) {
                proposed = 0;
                prefixMax = Math.max(1, prefixMax / 2);
            }
        }
    }

    /** Our own slot's rows count no more, up to here: those before were made by all. */
    void trimmed(@Nullable CounterRow before) {
        removable = before instanceof Positions positions ? positions : Positions.NONE;
    }

    /** A cut is made here. */
    void made() {
        foreseen.close();
        if (proposed > 0) {
            proposed = 0;
            prefixMax = Math.min(PREFIX_MAX, prefixMax * 2);
        }
    }

    private void remove() {
        if (removable.equals(Positions.NONE) || table.holding()) {
            return;
        }
        List<Operation> gone = new ArrayList<>();
        table.forEach(table.slot(), (key, row) -> {
            if (key instanceof Operation operation && removable.cover(table.version(table.slot(), key))) {
                gone.add(operation);
            }
        });
        gone.forEach(table::remove);
        removable = Positions.NONE;
    }

    /**
     * A reset of ours that names the cut that was foreseen. If that was made it has seen all of it, and all that was there:
     * so all that is there now, and nobody needs to know of that cut for its sake.
     */
    private void settle(String counter, long folds) {
        CounterKey.Trim trim = new CounterKey.Trim(foreseen.revision());
        if (!(table.own(new Reset(counter)) instanceof Baseline reset) || reset.of(trim.slot()) == null) {
            return;
        }
        CounterRow made = table.value(Slot.FOLDED, trim);
        Set<Long> others = resets.named();
        others.remove(trim.revision());
        Baseline settled = Trim.naming(reset, others);
        if (made instanceof Retired retired && retired.fold() == folds) {
            CounterRow total = table.value(Slot.FOLDED, new Total(counter));
            Sums sums = total == null ? Sums.NOTHING : Since.sums(total);
            Baseline.Seen all = new Baseline.Seen(
                    Slot.FOLDED,
                    total == null ? 0 : Since.since(total),
                    sums.added(),
                    sums.taken(),
                    table.known(Slot.FOLDED));
            settled = settled.join(Baseline.of(reset.deleted(), Map.of(Slot.FOLDED, all)));
            settled = Fold.cleaned(table, Map.of(), counter, settled);
        } else if (made != null) {
            return;
        }
        if (!settled.equals(reset)) {
            table.put(new Reset(counter), settled);
        }
    }

    /** What is to be said; null for nothing. Nothing of the departed is held here that is not agreed to be folded. */
    @Nullable
    LedgerCommand next(LedgerView view, long folds) {
        Cut cut = view.cut();
        Slot own = table.slot();
        inTheWay = inTheWay(view);
        if (!view.next().isEmpty() || (cut.isNone() && windowMillis == 0)) {
            return null;
        }
        if (view.revision() < foreseen.revision()) {
            return null; // Of a while ago: what was confirmed since must not be forgotten for it.
        }
        if (!inTheWay.isEmpty()) {
            looksInTheWay = cut.isNone() ? 0 : looksInTheWay + 1;
            return looksInTheWay >= LOOKS ? new LedgerCommand.GiveUp(own, folds, cut.revision()) : null;
        }
        looksInTheWay = 0;
        LedgerCommand trim = propose(cut, folds);
        if (trim != null
                || cut.isNone()
                || view.confirmed().contains(own.owner().name())
                || !holds(cut)) {
            return trim;
        }
        return confirm(cut, folds);
    }

    /** Slots of which no member speaks: what they hold of a cut's operations nobody would tell. */
    private Set<Slot> inTheWay(LedgerView view) {
        Set<Slot> found = new TreeSet<>();
        for (Slot slot : table.slots()) {
            if (!slot.equals(Slot.FOLDED) && !view.present(slot)) {
                found.add(slot);
            }
        }
        return found;
    }

    Set<Slot> inTheWay() {
        return inTheWay;
    }

    private @Nullable LedgerCommand propose(Cut cut, long folds) {
        boolean due = !cut.isNone() || full || now >= beginAt;
        if (ages == null || !due || cut.upTo().size() >= Cut.PREFIXES_MAX) {
            return null;
        }
        beginAt = now + windowMillis / CUTS_OF_A_WINDOW;
        full = false;
        for (Slot slot : List.of(table.slot(), Slot.FOLDED)) {
            Ages.Look old = ages.old();
            long version = cut.upTo().containsKey(slot)
                    ? 0
                    : prefix(slot, slot.equals(Slot.FOLDED) ? old.folded() : old.own());
            if (version > 0) {
                return new LedgerCommand.Trim(table.slot(), folds, slot, version);
            }
        }
        return null;
    }

    /** The version of the last operation that is old enough, and that one cut takes; 0 for none. */
    private long prefix(Slot slot, long old) {
        Positions before = Positions.of(table, slot);
        long[] last = new long[1];
        int[] count = new int[1];
        table.forEach(slot, (key, row) -> {
            if (!(key instanceof Operation) && !(key instanceof Kept)) {
                return;
            }
            long version = table.version(slot, key);
            if (version > old || before.cover(version)) {
                return;
            }
            int deltas = KeptDeltas.deltas(row).all().size();
            if (count[0] == 0 || count[0] + deltas <= prefixMax) {
                last[0] = version;
            } else {
                full = true;
            }
            count[0] += deltas;
        });
        return last[0];
    }

    /** As much of each prefix as it says. */
    boolean holds(Cut cut) {
        return cut.upTo().entrySet().stream().allMatch(slot -> table.known(slot.getKey()) >= slot.getValue());
    }

    private LedgerCommand confirm(Cut cut, long folds) {
        Slot own = table.slot();
        SortedMap<String, Deltas> operations = Trim.operations(table, cut.upTo());
        long prefix = Math.max(
                cut.upTo().getOrDefault(own, 0L), Positions.of(table, own).version());
        Set<Long> strays = new TreeSet<>();
        for (String id : operations.keySet()) {
            long version = table.version(own, new Operation(id));
            if (version > prefix && !Positions.of(table, own).cover(version)) {
                strays.add(version);
            }
        }
        Set<Integer> taken = new TreeSet<>();
        Map<String, Sums> sums = new HashMap<>();
        Trim.number(operations, (number, id, delta) -> {
            sums.compute(delta.counter(), (counter, before) -> Trim.plus(before, delta));
            if (resets.seen(delta.counter(), id)) {
                taken.add(number);
            }
        });
        Set<Long> named = new TreeSet<>(resets.named());
        named.removeIf(revision -> table.value(Slot.FOLDED, new CounterKey.Trim(revision)) == null);
        LedgerCommand.ConfirmCut confirm =
                new LedgerCommand.ConfirmCut(own, folds, cut.revision(), strays, taken, named);
        boolean room = sums.entrySet().stream().allMatch(sum -> room(sum.getKey(), sum.getValue()));
        if (!room || !cut.and(confirm).fits()) {
            return new LedgerCommand.GiveUp(own, folds, cut.revision());
        }
        foreseen.confirmed(cut.revision(), operations);
        return confirm;
    }

    /** Whether a row takes so much more. */
    private boolean room(String counter, Sums more) {
        CounterRow total = table.value(Slot.FOLDED, new Total(counter));
        Sums there = total == null ? Sums.NOTHING : Since.sums(total);
        return more.added() <= Sums.MAX - there.added() - 1 && more.taken() <= Sums.MAX - there.taken() - 1;
    }
}

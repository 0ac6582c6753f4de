package io.capstan.crdt.core;

import io.capstan.crdt.core.Baseline.Seen;
import io.capstan.crdt.core.CounterKey.Operation;
import io.capstan.crdt.core.CounterKey.Reset;
import io.capstan.crdt.core.CounterKey.Total;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * Which counters were reset, and what still counts of them: a function of the table's rows alone, so all who hold the same
 * rows read the same. Not thread-safe.
 */
public final class Resets {
    private final Table<CounterKey, CounterRow> table;
    private final Operations operations;
    private final Map<String, Baseline> joined = new HashMap<>();

    public Resets(Table<CounterKey, CounterRow> table, Operations operations) {
        this.table = table;
        this.operations = operations;
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

    /** What is known of the counter here and now, as a reset sees it. Walks all operations. */
    public Baseline seen(String counter, boolean deleted) {
        Map<Slot, Seen> seen = new TreeMap<>();
        table.values(new Total(counter)).forEach((slot, row) -> {
            Sums sums = Since.sums(row);
            seen.put(slot, new Seen(slot, Since.since(row), sums.added(), sums.taken(), 0));
        });
        operations.forEachOf(
                counter,
                (id, amount) -> table.versions(new Operation(id))
                        .forEach((slot, version) -> seen.merge(slot, new Seen(slot, 0, 0, 0, version), Seen::join)));
        return Baseline.of(deleted, seen);
    }

    /**
     * Visits what still counts of a counter that was reset, but for the sums in our own cells: of these what was seen is
     * taken away. Walks all operations.
     */
    public void forEachLeft(String counter, LongConsumer left) {
        Baseline all = of(counter);
        table.values(new Total(counter)).forEach((slot, row) -> {
            Seen seen = all.of(slot);
            if (!slot.equals(table.slot())) {
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

    /** Whether the counter is deleted and nothing that is stamped is left of it. Walks all operations. */
    public boolean gone(String counter) {
        Baseline all = of(counter);
        if (!all.deleted()) {
            return false;
        }
        for (Map.Entry<Slot, CounterRow> total :
                table.values(new Total(counter)).entrySet()) {
            Seen seen = all.of(total.getKey());
            if (seen == null || !seen.covers(total.getValue())) {
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

    /** An operation is taken out once a reset has seen it in any slot: it is one and the same in all. */
    private boolean seen(Baseline all, String id) {
        for (Map.Entry<Slot, Long> held : table.versions(new Operation(id)).entrySet()) {
            Seen seen = all.of(held.getKey());
            if (seen != null && held.getValue() <= seen.operations()) {
                return true;
            }
        }
        return false;
    }
}

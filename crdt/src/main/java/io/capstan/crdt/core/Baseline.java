package io.capstan.crdt.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a reset of one counter has seen of every slot, and takes out of its value. Absolute, and joined slot by slot: two
 * resets that saw the same add take it out once, and what neither has seen goes on counting.
 *
 * @param deleted the counter is to be gone as well, once nothing is left of it
 * @param seen rising by slot, each slot once
 */
public record Baseline(boolean deleted, List<Seen> seen) implements CounterRow {
    /** Nothing was seen. */
    static final Baseline NOTHING = new Baseline(false, List.of());

    /**
     * What was seen of one slot.
     *
     * @param since when the slot's count began; an earlier one was seen too, a later one was not
     * @param operations the slot's operations on this counter up to this version were seen; 0 for none
     */
    public record Seen(Slot slot, long since, long added, long taken, long operations) {
        public Seen {
            if (since < 0 || added < 0 || taken < 0 || operations < 0) {
                throw new IllegalArgumentException("a reset that saw less than nothing");
            }
        }

        Seen join(Seen other) {
            long seenUpTo = Math.max(operations, other.operations);
            if (since != other.since) {
                Seen later = since > other.since ? this : other;
                return new Seen(slot, later.since, later.added, later.taken, seenUpTo);
            }
            return new Seen(slot, since, Math.max(added, other.added), Math.max(taken, other.taken), seenUpTo);
        }

        /** Whether nothing is left of the row. */
        boolean covers(@Nullable CounterRow row) {
            if (row == null || Since.since(row) != since) {
                return row == null || Since.since(row) < since;
            }
            Sums sums = Since.sums(row);
            return sums.added() <= added && sums.taken() <= taken;
        }
    }

    public Baseline {
        seen = List.copyOf(seen);
        for (int i = 1; i < seen.size(); i++) {
            if (seen.get(i - 1).slot().compareTo(seen.get(i).slot()) >= 0) {
                throw new IllegalArgumentException("a reset out of the order of its slots");
            }
        }
    }

    /** In the one order that they can have. */
    public static Baseline of(boolean deleted, Map<Slot, Seen> seen) {
        return new Baseline(deleted, new ArrayList<>(new TreeMap<>(seen).values()));
    }

    /** What both have seen together. */
    public Baseline join(Baseline other) {
        Map<Slot, Seen> joined = new TreeMap<>();
        seen.forEach(entry -> joined.put(entry.slot(), entry));
        other.seen.forEach(entry -> joined.merge(entry.slot(), entry, Seen::join));
        return of(deleted || other.deleted, joined);
    }

    /** What was seen of this slot; null for nothing. */
    @Nullable
    Seen of(Slot slot) {
        int low = 0;
        int high = seen.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = seen.get(middle).slot().compareTo(slot);
            if (order == 0) {
                return seen.get(middle);
            } else if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }

    /**
     * What a slot's row still counts for. The sums that were seen stand for what is not here (yet): a row behind them is
     * covered, and never counts below nothing.
     */
    static long left(@Nullable CounterRow row, @Nullable Seen seen) {
        if (row == null) {
            return 0;
        }
        Sums sums = Since.sums(row);
        if (seen == null || Since.since(row) > seen.since()) {
            return sums.net();
        }
        if (Since.since(row) < seen.since()) {
            return 0;
        }
        return Math.max(0, sums.added() - seen.added()) - Math.max(0, sums.taken() - seen.taken());
    }
}

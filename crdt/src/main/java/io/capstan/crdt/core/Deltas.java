package io.capstan.crdt.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one operation adds to its counters, all at once: an absolute value like any other row, written once.
 *
 * @param all by the counters' names, rising, each name once
 */
public record Deltas(List<Delta> all) implements CounterRow, Comparable<Deltas> {
    /** Most that one operation adds to, or takes from, one counter: as much as a cell holds. */
    public static final long DELTA_MAX = 1L << 55;

    /** What is added to one counter, or taken from it when below 0. */
    public record Delta(String counter, long amount) implements Comparable<Delta> {
        @Override
        public int compareTo(Delta other) {
            int byCounter = counter.compareTo(other.counter);
            return byCounter != 0 ? byCounter : Long.compare(amount, other.amount);
        }
    }

    public Deltas {
        all = List.copyOf(all);
        for (int i = 0; i < all.size(); i++) {
            Delta delta = all.get(i);
            if (delta.amount < -DELTA_MAX || delta.amount > DELTA_MAX) {
                throw new IllegalArgumentException("a delta of " + delta.amount + " where 2^55 is the most");
            }
            if (i > 0 && all.get(i - 1).counter.compareTo(delta.counter) >= 0) {
                throw new IllegalArgumentException("deltas out of the order of their counters");
            }
        }
    }

    /** In the one order that they can have. */
    public static Deltas of(Map<String, Long> amounts) {
        List<Delta> all = new ArrayList<>();
        new TreeMap<>(amounts).forEach((counter, amount) -> all.add(new Delta(counter, amount)));
        return new Deltas(all);
    }

    /** An order that all nodes share, and nothing else. */
    @Override
    public int compareTo(Deltas other) {
        for (int i = 0; i < Math.min(all.size(), other.all.size()); i++) {
            int byDelta = all.get(i).compareTo(other.all.get(i));
            if (byDelta != 0) {
                return byDelta;
            }
        }
        return Integer.compare(all.size(), other.all.size());
    }
}

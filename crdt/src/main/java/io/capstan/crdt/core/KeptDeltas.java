package io.capstan.crdt.core;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An operation that folded slots held. It goes on counting once, and is still known by where it was, as resets tell what
 * they have seen by that.
 *
 * @param origins rising by slot, each once: where it was, {@link Slot#FOLDED} included if it was rewritten there
 */
public record KeptDeltas(Deltas deltas, List<Origin> origins) implements CounterRow {
    /** The operation's row in a slot, and its version there. */
    public record Origin(Slot slot, long version) {}

    public KeptDeltas {
        origins = List.copyOf(origins);
        for (int i = 1; i < origins.size(); i++) {
            if (origins.get(i - 1).slot().compareTo(origins.get(i).slot()) >= 0) {
                throw new IllegalArgumentException("origins out of the order of their slots");
            }
        }
    }

    /** The same operation where it was also held; of two meanings the least counts, as everywhere. */
    KeptDeltas and(Deltas other, Origin origin) {
        Map<Slot, Long> all = new TreeMap<>();
        origins.forEach(one -> all.put(one.slot(), one.version()));
        all.merge(origin.slot(), origin.version(), Math::min);
        Deltas least = deltas.compareTo(other) <= 0 ? deltas : other;
        return new KeptDeltas(
                least,
                all.entrySet().stream()
                        .map(one -> new Origin(one.getKey(), one.getValue()))
                        .sorted(Comparator.comparing(Origin::slot))
                        .toList());
    }

    /** What an operation's row says, of whichever kind. */
    static Deltas deltas(CounterRow row) {
        return row instanceof KeptDeltas kept ? kept.deltas : (Deltas) row;
    }
}

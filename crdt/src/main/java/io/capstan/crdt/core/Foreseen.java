package io.capstan.crdt.core;

import io.capstan.crdt.core.Baseline.Seen;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The cut that this member has confirmed: all its operations are held here, so a reset of ours that is made before we know
 * what becomes of it has seen all of it, and says so. Not thread-safe.
 */
public final class Foreseen {
    private long revision;
    private Set<String> ids = Set.of();
    private Map<String, Sums> sums = Map.of();
    /** It is neither made here nor known to be given up. */
    private boolean open;
    /** Counters of which a reset of ours names it. */
    private final Set<String> named = new TreeSet<>();

    /** Nothing is foreseen. */
    public Foreseen() {}

    long revision() {
        return revision;
    }

    boolean open() {
        return open;
    }

    void confirmed(long newRevision, SortedMap<String, Deltas> operations) {
        revision = newRevision;
        open = true;
        ids = Set.copyOf(operations.keySet());
        Map<String, Sums> all = new HashMap<>();
        Trim.number(
                operations,
                (number, id, delta) -> all.compute(delta.counter(), (counter, before) -> Trim.plus(before, delta)));
        sums = all;
    }

    /** What is foreseen is over, in whichever way; its operations are as old as before. */
    void close() {
        open = false;
        sums = Map.of();
    }

    /** Whether the operation is of the last cut that was confirmed here: whoever repeats it comes too late. */
    boolean cuts(String id) {
        return ids.contains(id);
    }

    /** What a reset of the counter that is made now says of it; null for nothing. */
    @Nullable
    Seen seen(String counter) {
        Sums all = open ? sums.get(counter) : null;
        if (all == null) {
            return null;
        }
        named.add(counter);
        return new Seen(new CounterKey.Trim(revision).slot(), 0, all.added(), all.taken(), 0);
    }

    /** The counters whose resets named it, to be looked after once. */
    Set<String> takeNamed() {
        Set<String> taken = new TreeSet<>(named);
        named.clear();
        return taken;
    }
}

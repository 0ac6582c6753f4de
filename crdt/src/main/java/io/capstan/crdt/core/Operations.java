package io.capstan.crdt.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Which operations count: each id once, whichever slots hold it and however many. So a caller may repeat an operation on
 * any node, after any crash, and nobody has to agree on anything.
 */
public final class Operations {
    private final Map<String, List<Deltas>> byId = new HashMap<>();

    /** What counts under the id; null when nothing is known of it. */
    public @Nullable Deltas counted(String id) {
        List<Deltas> held = byId.get(id);
        return held == null ? null : held.get(0);
    }

    /** Visits what counts of this counter. Walks all operations. */
    public void forEachOf(String counter, ObjLongConsumer<String> visitor) {
        byId.forEach((id, held) -> held.get(0).all().forEach(delta -> {
            if (delta.counter().equals(counter)) {
                visitor.accept(id, delta.amount());
            }
        }));
    }

    /** How many ids are known. */
    public int size() {
        return byId.size();
    }

    /**
     * One slot's row of the id has changed.
     *
     * @param counters told what this changes in the counters' values
     * @return whether the id now stands for two different things. Of those the least counts, so that all nodes count
     *     the same
     */
    public boolean changed(
            String id, @Nullable Deltas before, @Nullable Deltas after, ObjLongConsumer<String> counters) {
        Deltas counted = counted(id);
        List<Deltas> held = byId.computeIfAbsent(id, any -> new ArrayList<>(1));
        if (before != null) {
            held.remove(before);
        }
        if (after != null) {
            held.add(after);
            Collections.sort(held);
        }
        if (held.isEmpty()) {
            byId.remove(id);
        }
        Deltas counts = counted(id);
        if (counts != null && counts.equals(counted)) {
            return !held.get(held.size() - 1).equals(counts);
        }
        if (counted != null) {
            counted.all().forEach(delta -> counters.accept(delta.counter(), -delta.amount()));
        }
        if (counts != null) {
            counts.all().forEach(delta -> counters.accept(delta.counter(), delta.amount()));
        }
        return counts != null && !held.get(held.size() - 1).equals(counts);
    }
}

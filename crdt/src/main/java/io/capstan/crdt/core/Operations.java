package io.capstan.crdt.core;

import io.capstan.crdt.core.Deltas.Delta;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Which operations count: each id once, whichever slots hold it and however many. So a caller may repeat an operation on
 * any node, after any crash, and nobody has to agree on anything.
 */
public final class Operations {
    private final Map<String, List<Deltas>> byId = new HashMap<>();
    /** Ids of what counts of a counter: a reset looks at its own only, however many others there are. */
    private final Map<String, Set<String>> byCounter = new HashMap<>();

    /** What counts under the id; null when nothing is known of it. */
    public @Nullable Deltas counted(String id) {
        List<Deltas> held = byId.get(id);
        return held == null ? null : held.get(0);
    }

    /** Visits what counts of this counter, by id. */
    public void forEachOf(String counter, ObjLongConsumer<String> visitor) {
        for (String id : byCounter.getOrDefault(counter, Set.of())) {
            Deltas counts = counted(id);
            for (Delta delta : counts == null ? List.<Delta>of() : counts.all()) {
                if (delta.counter().equals(counter)) {
                    visitor.accept(id, delta.amount());
                }
            }
        }
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
        for (Delta delta : counted == null ? List.<Delta>of() : counted.all()) {
            Set<String> ids = byCounter.getOrDefault(delta.counter(), new LinkedHashSet<>());
            if (ids.remove(id) && ids.isEmpty()) {
                byCounter.remove(delta.counter());
            }
            counters.accept(delta.counter(), -delta.amount());
        }
        for (Delta delta : counts == null ? List.<Delta>of() : counts.all()) {
            byCounter
                    .computeIfAbsent(delta.counter(), any -> new LinkedHashSet<>(2))
                    .add(id);
            counters.accept(delta.counter(), delta.amount());
        }
        return counts != null && !held.get(held.size() - 1).equals(counts);
    }
}

package io.capstan.crdt.core;

import io.capstan.crdt.core.Deltas.Delta;
import java.util.ArrayList;
import java.util.Comparator;
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
    private final Map<String, List<Held>> byId = new HashMap<>();
    /** Ids of what counts of a counter: a reset looks at its own only, however many others there are. */
    private final Map<String, Set<String>> byCounter = new HashMap<>();

    /** What one slot holds under an id; of several the least counts, so that all nodes count the same. */
    private record Held(Slot slot, Deltas deltas) {}

    /** What counts under the id; null when nothing is known of it. */
    public @Nullable Deltas counted(String id) {
        List<Held> held = byId.get(id);
        return held == null ? null : held.get(0).deltas();
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
     * What counts of the id in one slot is this now; saying so twice does no harm.
     *
     * @param after null for nothing
     * @param counters told what this changes in the counters' values
     * @return whether that was new, and the id stands for two different things. Of those the least counts, so that all nodes
     *     count the same
     */
    public boolean changed(String id, Slot slot, @Nullable Deltas after, ObjLongConsumer<String> counters) {
        Deltas counted = counted(id);
        List<Held> held = byId.computeIfAbsent(id, any -> new ArrayList<>(1));
        Held now = after == null ? null : new Held(slot, after);
        if (held.contains(now)) {
            return false;
        }
        held.removeIf(one -> one.slot().equals(slot));
        if (now != null) {
            held.add(now);
            held.sort(Comparator.comparing(Held::deltas));
        }
        if (held.isEmpty()) {
            byId.remove(id);
        }
        Deltas counts = counted(id);
        boolean conflict = counts != null && !held.get(held.size() - 1).deltas().equals(counts);
        if (counts != null && counts.equals(counted)) {
            return conflict;
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
        return conflict;
    }
}

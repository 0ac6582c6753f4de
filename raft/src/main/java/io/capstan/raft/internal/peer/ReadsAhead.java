package io.capstan.raft.internal.peer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Queries for a state that is not there yet, by the entry they wait for. Belongs to its applier. */
final class ReadsAhead {
    private final PriorityQueue<Query> waiting = new PriorityQueue<>(Comparator.comparingLong(Query::index));

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    void add(Query query) {
        waiting.add(query);
    }

    /** Those that wait for no entry after this one; they wait no longer. */
    List<Query> take(long applied) {
        List<Query> taken = new ArrayList<>();
        while (!waiting.isEmpty() && waiting.peek().index() <= applied) {
            taken.add(waiting.remove());
        }
        return taken;
    }

    /** Whoever asked has gone elsewhere; a query for an entry that never comes must not take a place for ever. */
    void refuseLate(long nowNanos) {
        waiting.removeIf(query -> {
            boolean late = query.isLate(nowNanos);
            if (late) {
                query.refuse("entry " + query.index() + " was not applied in time");
            }
            return late;
        });
    }
}

package io.capstan.raft.internal.peer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Queries that wait for news of a key. Each is given back when there is some, and when its patience ends: half of what it
 * may take, so that its answer still finds whoever asked. Belongs to its applier.
 */
final class StandingReads {
    private static final Comparator<Standing> BY_TIME =
            Comparator.comparingLong(Standing::untilNanos).thenComparingLong(Standing::number);

    /** One that waits; {@code untilNanos} since we were made. */
    private record Standing(Query query, Object key, long untilNanos, long number) {}

    private final int most;
    private final long madeNanos;
    private final Map<Object, Set<Standing>> byKey = new HashMap<>();
    private final TreeSet<Standing> byTime = new TreeSet<>(BY_TIME);
    private long lastNumber;

    /** At most so many at a time. */
    StandingReads(int most, long nowNanos) {
        this.most = most;
        madeNanos = nowNanos;
    }

    boolean isEmpty() {
        return byTime.isEmpty();
    }

    /** Takes it in; false when there are as many as there may be. */
    boolean add(Query query, Object key, long nowNanos) {
        if (byTime.size() >= most) {
            return false;
        }
        long patience = Math.max(0, query.deadlineNanos() - nowNanos) / 2;
        Standing standing = new Standing(query, key, nowNanos - madeNanos + patience, ++lastNumber);
        byTime.add(standing);
        return byKey.computeIfAbsent(key, any -> new LinkedHashSet<>()).add(standing);
    }

    /** Those that waited for one of these keys, in the order in which they came; they wait no longer. */
    List<Query> take(Collection<?> keys) {
        List<Query> taken = new ArrayList<>();
        for (Object key : keys) {
            Set<Standing> waited = byKey.remove(key);
            if (waited != null) {
                byTime.removeAll(waited);
                waited.forEach(standing -> taken.add(standing.query()));
            }
        }
        return taken;
    }

    /** All of them. */
    List<Query> takeAll() {
        return take(List.copyOf(byKey.keySet()));
    }

    /** In how many nanoseconds the first loses its patience; not to be asked while nobody waits. */
    long patienceNanos(long nowNanos) {
        return byTime.first().untilNanos() - (nowNanos - madeNanos);
    }

    /** Those whose patience is over. */
    List<Query> takeLate(long nowNanos) {
        List<Query> late = new ArrayList<>();
        while (!byTime.isEmpty() && patienceNanos(nowNanos) <= 0) {
            Standing first = byTime.first();
            byTime.remove(first);
            Set<Standing> waiting = byKey.getOrDefault(first.key(), Set.of());
            waiting.remove(first);
            if (waiting.isEmpty()) {
                byKey.remove(first.key());
            }
            late.add(first.query());
        }
        return late;
    }
}

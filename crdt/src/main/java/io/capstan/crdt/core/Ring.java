package io.capstan.crdt.core;

import java.util.List;

/**
 * What one slot has counted of late, by bucket of time.
 *
 * @param last the latest bucket's number: the time at which it began, in buckets since 1970
 * @param counts of that bucket and the ones before it, backwards, each 0 or more, the oldest of them not 0
 */
public record Ring(long last, List<Long> counts) implements CounterRow {
    public Ring {
        counts = List.copyOf(counts);
        if (last < 0 || counts.stream().anyMatch(count -> count < 0)) {
            throw new IllegalArgumentException("a window that counts below nothing");
        }
    }
}

package io.capstan.bench.seat;

import java.util.Arrays;
import java.util.List;

/** How long the operations of one client took, in nanoseconds. For several threads. */
final class Took {
    private long[] nanos = new long[1 << 12];
    private int count;

    synchronized void add(long took) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = took;
    }

    private synchronized long[] copy() {
        return Arrays.copyOf(nanos, count);
    }

    /** Of all clients, from the shortest to the longest. */
    static long[] sorted(List<Took> all) {
        long[] sorted =
                all.stream().flatMapToLong(each -> Arrays.stream(each.copy())).toArray();
        Arrays.sort(sorted);
        return sorted;
    }

    /** Of sorted times: the one below which this part of them is; 0 where there are none. */
    static long quantile(long[] sorted, double part) {
        return sorted.length == 0 ? 0 : sorted[(int) ((sorted.length - 1) * part)];
    }
}

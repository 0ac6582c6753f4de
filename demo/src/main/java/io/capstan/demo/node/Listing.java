package io.capstan.demo.node;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/**
 * A sorted list of many names, for whoever looks at a page of it many times a second: it is made anew when it is a hundred times as
 * old as it took to make, so that looking never costs more than a hundredth of a core. Thread-safe.
 */
final class Listing {
    private static final int SHARE = 100;

    private final Supplier<? extends Collection<String>> all;
    private String[] names = {};
    private long madeNanos;
    private long goodNanos = -1;

    /** @param all every name, in any order */
    Listing(Supplier<? extends Collection<String>> all) {
        this.all = all;
    }

    /**
     * Some names in their order.
     *
     * @param total how many there are with the prefix
     * @param names the first so many that are not below where the page begins
     */
    record Page(int total, List<String> names) {}

    /** The first {@code limit} names that begin with {@code prefix} and are {@code from} or after it. */
    Page page(String prefix, String from, int limit) {
        String[] now = names();
        int begin = place(now, prefix);
        // No text that begins with the prefix is above it and as many of the highest character as make no difference.
        int end = prefix.isEmpty() ? now.length : place(now, prefix + Character.MAX_VALUE);
        int first = Math.max(begin, place(now, from));
        int last = Math.min(end, first + limit);
        return new Page(end - begin, first < last ? List.of(Arrays.copyOfRange(now, first, last)) : List.of());
    }

    private static int place(String[] sorted, String text) {
        int place = Arrays.binarySearch(sorted, text);
        return place < 0 ? -place - 1 : place;
    }

    private synchronized String[] names() {
        long start = System.nanoTime();
        if (goodNanos < 0 || start - madeNanos > goodNanos) {
            String[] fresh = all.get().toArray(String[]::new);
            Arrays.sort(fresh);
            names = fresh;
            madeNanos = System.nanoTime();
            goodNanos = SHARE * (madeNanos - start);
        }
        return names;
    }
}

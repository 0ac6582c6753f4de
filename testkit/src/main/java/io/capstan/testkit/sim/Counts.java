package io.capstan.testkit.sim;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** How often each named thing happened. Read only sorted, as the order of a hash map is nobody's business. */
final class Counts {
    private final Map<String, long[]> byName = new HashMap<>();

    void add(String what, long amount) {
        byName.computeIfAbsent(what, name -> new long[1])[0] += amount;
    }

    SortedMap<String, Long> sorted() {
        SortedMap<String, Long> sorted = new TreeMap<>();
        byName.forEach((name, count) -> sorted.put(name, count[0]));
        return sorted;
    }
}

package io.capstan.demo.crunch;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Values by how often they were counted: highest count first, ties by value in byte order. */
public record Ranking(List<Entry> entries) {
    /** One value and its count. */
    public record Entry(Value value, long count) {}

    private static final Comparator<Entry> ORDER =
            Comparator.comparingLong(Entry::count).reversed().thenComparing(Entry::value);

    /** Ranks all values; a count of 0 is nobody's. */
    public static Ranking of(Map<Value, Long> counts) {
        return new Ranking(counts.entrySet().stream()
                .filter(entry -> entry.getValue() != 0)
                .map(entry -> new Entry(entry.getKey(), entry.getValue()))
                .sorted(ORDER)
                .toList());
    }

    /** The first {@code n} entries, or all when there are fewer. */
    public List<Entry> top(int n) {
        return entries.subList(0, Math.min(n, entries.size()));
    }

    /** How many lines were counted in all. */
    public long total() {
        return entries.stream().mapToLong(Entry::count).sum();
    }
}

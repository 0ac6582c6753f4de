package io.capstan.actors;

import java.util.List;

/**
 * One figure of a node, as it was when {@link Node#figures} read it. Immutable.
 *
 * @param of what it tells
 * @param tags which of several it is: a value for each of {@link Meaning#tags}, in their order
 * @param value in {@link Meaning#unit}
 */
public record Figure(Meaning of, List<String> tags, double value) {
    /** How values that follow one another belong together. */
    public enum Kind {
        /** It only rises while the node runs, and begins at 0 with each start: differences mean something. */
        COUNTER,
        /** How things stand at the moment. */
        GAUGE
    }

    /**
     * What a figure tells; the same for all nodes and at all times. All of them are in {@code docs/metrics.md}.
     *
     * @param name words with dots between them, of which the first is {@code capstan}
     * @param unit {@code bytes}, {@code seconds}, or empty for what is counted
     * @param tags their names; each has few values at any time: protocols, groups of consensus, reasons, never processes,
     *     names or clients
     * @param meaning a line for people
     */
    public record Meaning(String name, Kind kind, String unit, List<String> tags, String meaning) {
        public Meaning {
            tags = List.copyOf(tags);
        }

        /** Of what is counted. */
        public static Meaning counter(String name, String unit, String meaning, String... tags) {
            return new Meaning(name, Kind.COUNTER, unit, List.of(tags), meaning);
        }

        /** Of how things stand. */
        public static Meaning gauge(String name, String unit, String meaning, String... tags) {
            return new Meaning(name, Kind.GAUGE, unit, List.of(tags), meaning);
        }

        /** As {@link #at(double, String...)}: a count beyond 2^53 loses its last digits. */
        public Figure at(long value, String... tagValues) {
            return at((double) value, tagValues);
        }

        /** A figure with this meaning; {@code tagValues} are as many as {@link #tags}. */
        public Figure at(double value, String... tagValues) {
            return new Figure(this, List.of(tagValues), value);
        }
    }

    public Figure {
        tags = List.copyOf(tags);
        if (tags.size() != of.tags().size()) {
            throw new IllegalArgumentException(of.name() + " has the tags " + of.tags() + ", got " + tags);
        }
    }
}

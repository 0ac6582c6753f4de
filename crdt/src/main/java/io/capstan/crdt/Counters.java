package io.capstan.crdt;

import io.capstan.actors.Node;
import io.capstan.crdt.core.CounterWire;
import io.capstan.crdt.internal.Cells;
import io.capstan.crdt.internal.CountersService;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;

/** The cluster's counters, as one node sees them. Thread-safe. */
public final class Counters {
    private final CountersService service;

    private Counters(CountersService service) {
        this.service = service;
    }

    /** The counters of a node; always the same instance. */
    public static Counters get(Node node) {
        return node.internals()
                .service(
                        Counters.class,
                        n -> new Counters(n.internals().service(CountersService.class, CountersService::start)));
    }

    /**
     * The counter of that name. Every name has a counter, which begins at 0 and belongs to all nodes.
     *
     * @param name 1 to 255 bytes of UTF-8
     * @throws CounterFailure {@code BAD_NAME}, {@code TOO_MANY_COUNTERS}
     */
    public Counter counter(String name) {
        requireName(name);
        Cells cells = service.book().counter(name);
        if (cells == null) {
            throw new CounterFailure(
                    CounterFailure.Kind.TOO_MANY_COUNTERS,
                    "no room for counter \"" + name + "\": capstan.crdt.counters.counters-max is "
                            + service.book().countersMax());
        }
        return new Counter(cells);
    }

    /**
     * The values of all counters that this node made or heard of, by name. Walks all of them: for people and tests.
     *
     * @throws CounterFailure {@code VALUE_OVERFLOW}
     */
    public SortedMap<String, Long> values() {
        SortedMap<String, Long> values = new TreeMap<>();
        for (Cells cells : service.book().all()) {
            values.put(cells.name(), new Counter(cells).value());
        }
        return values;
    }

    private static void requireName(String name) {
        // Shorter in chars than in bytes, always: what is far too long is not encoded first.
        int bytes = name.length() > CounterWire.NAME_BYTES_MAX
                ? name.length()
                : name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > CounterWire.NAME_BYTES_MAX) {
            throw new CounterFailure(
                    CounterFailure.Kind.BAD_NAME,
                    "a counter's name has 1 to " + CounterWire.NAME_BYTES_MAX + " bytes of UTF-8, got " + bytes);
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            throw new CounterFailure(
                    CounterFailure.Kind.BAD_NAME, "a counter's name is proper text, got an unpaired surrogate");
        }
    }
}

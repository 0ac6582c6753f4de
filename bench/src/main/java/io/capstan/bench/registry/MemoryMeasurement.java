package io.capstan.bench.registry;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * What a name costs each of three nodes: {@code MemoryMeasurement [SIZE]}, with SIZE names (100,000), first all of one
 * process, then each of a process of its own. Bytes of the heap in use after a collection, with and without the names.
 */
public final class MemoryMeasurement {
    private MemoryMeasurement() {}

    /** Prints a line for each node and case. */
    public static void main(String[] arguments) throws IOException {
        int size = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
        measure("names of one process", size, "", "all name- " + size);
        measure("names, each of a process of its own", size, "spawn " + size, "each name-");
    }

    private static void measure(String what, int size, String first, String fill) throws IOException {
        List<String> before;
        List<String> after;
        try (Trio trio = new Trio(Contender.CAPSTAN)) {
            trio.meet();
            trio.ask("a", "all warm- 1000"); // What is there once, however many names there are.
            trio.all("drop");
            trio.all("gone warm-");
            if (!first.isEmpty()) {
                trio.ask("a", first);
            }
            before = trio.all("memory");
            trio.ask("a", fill);
            after = trio.all("memory");
        }
        for (int i = 0; i < before.size(); i++) {
            long bytes = Long.parseLong(after.get(i)) - Long.parseLong(before.get(i));
            System.out.printf(
                    Locale.ROOT,
                    "%,d %s: %d bytes each on %s%s%n",
                    size,
                    what,
                    bytes / size,
                    Trio.NAMES.get(i),
                    i == 0 ? ", which registers them" : "");
        }
    }
}

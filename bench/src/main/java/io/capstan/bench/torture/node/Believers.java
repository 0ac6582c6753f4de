package io.capstan.bench.torture.node;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which registrations of this node's processes, as these know, stand: they were told yes, and of no loss. Thread-safe. */
final class Believers {
    private final Map<String, Set<String>> byName = new TreeMap<>();

    /** A loss may be told before the yes is. */
    private final Set<String> lost = new HashSet<>();

    synchronized void given(String name, String registration) {
        if (!lost.contains(registration)) {
            byName.computeIfAbsent(name, any -> new TreeSet<>()).add(registration);
        }
    }

    /** A process does not want the name any more. */
    synchronized void givenUp(String name, String process) {
        byName.getOrDefault(name, new TreeSet<>()).removeIf(each -> each.startsWith(process + "/"));
    }

    synchronized void lost(String registration) {
        lost.add(registration);
        byName.values().forEach(all -> all.remove(registration));
    }

    synchronized List<String> of(String name) {
        return List.copyOf(byName.getOrDefault(name, Set.of()));
    }
}

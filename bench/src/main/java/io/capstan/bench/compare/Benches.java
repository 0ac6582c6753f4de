package io.capstan.bench.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What can be measured, and of whom. */
final class Benches {
    static final List<String> NAMES = Stream.of(
                    ConsensusBench.NAMES, RegistryBench.NAMES, List.of(CounterBench.NAME, PathBench.NAME))
            .flatMap(List::stream)
            .toList();

    private Benches() {}

    static List<String> systems() {
        Set<String> systems = new LinkedHashSet<>();
        Contestants.all().forEach(each -> systems.add(each.name()));
        systems.addAll(RegistryBench.PEERS);
        return new ArrayList<>(systems);
    }

    static void run(Occasion occasion, Set<String> wanted) throws IOException {
        // Each by itself: the processes of one would be load for the others.
        for (List<String> together :
                List.of(List.of("raft", "reads"), List.of("locks"), List.of("failover"), List.of("actors"))) {
            Set<String> these = new LinkedHashSet<>(together);
            these.retainAll(wanted);
            if (!these.isEmpty()) {
                ConsensusBench.run(occasion, these);
            }
        }
        for (String bench : RegistryBench.NAMES) {
            if (wanted.contains(bench)) {
                RegistryBench.run(occasion, bench);
            }
        }
        if (wanted.contains(CounterBench.NAME)) {
            CounterBench.run(occasion);
        }
        if (wanted.contains(PathBench.NAME)) {
            PathBench.run(occasion);
        }
    }
}

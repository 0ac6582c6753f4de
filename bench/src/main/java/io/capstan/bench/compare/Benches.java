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
                    ConsensusBench.NAMES,
                    RegistryBench.NAMES,
                    List.of(IdleBench.NAME, CounterBench.NAME, PathBench.NAME, CurveBench.NAME))
            .flatMap(List::stream)
            .toList();

    private Benches() {}

    static List<String> systems() {
        Set<String> systems = new LinkedHashSet<>();
        Contestants.all().forEach(each -> systems.add(each.name()));
        systems.addAll(RegistryBench.PEERS);
        return new ArrayList<>(systems);
    }

    /** @param kept is run after each that is done: what comes then may fail */
    static void run(Occasion occasion, Set<String> wanted, Keeping kept) throws IOException {
        // Each by itself: the processes of one would be load for the others.
        for (List<String> together :
                List.of(List.of("raft", "reads"), List.of("locks"), List.of("failover"), List.of("actors"))) {
            Set<String> these = new LinkedHashSet<>(together);
            these.retainAll(wanted);
            if (!these.isEmpty()) {
                ConsensusBench.run(occasion, these);
                kept.keep();
            }
        }
        for (String bench : RegistryBench.NAMES) {
            if (wanted.contains(bench)) {
                RegistryBench.run(occasion, bench);
                kept.keep();
            }
        }
        if (wanted.contains(IdleBench.NAME)) {
            IdleBench.run(occasion);
            kept.keep();
        }
        if (wanted.contains(CounterBench.NAME)) {
            CounterBench.run(occasion);
            kept.keep();
        }
        if (wanted.contains(PathBench.NAME)) {
            PathBench.run(occasion);
            kept.keep();
        }
        if (wanted.contains(CurveBench.NAME)) {
            CurveBench.run(occasion);
            kept.keep();
        }
    }

    /** Keeps what was found until now. */
    interface Keeping {
        void keep() throws IOException;
    }
}

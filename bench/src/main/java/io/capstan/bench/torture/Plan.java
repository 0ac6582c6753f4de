package io.capstan.bench.torture;

import io.capstan.testkit.Faults;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What a run is to do.
 *
 * @param length of the clients' load
 * @param faults instead of those that are drawn, again and again
 * @param clients of each node
 * @param recoveryMax how long after a fault every client has to be served again
 * @param directory for everything that the run leaves behind
 * @param classPath of the nodes' processes
 * @param downing whether nodes declare down who is out of reach (Pekko's split brain resolver)
 * @param kinds of the faults that are drawn, by name; empty for all
 */
public record Plan(
        String workload,
        int nodes,
        Duration length,
        long seed,
        Optional<Faults> faults,
        int clients,
        Duration recoveryMax,
        Path directory,
        String classPath,
        boolean downing,
        Set<String> kinds) {
    /** Nobody is declared down, and all kinds of faults are drawn. */
    public Plan(
            String workload,
            int nodes,
            Duration length,
            long seed,
            Optional<Faults> faults,
            int clients,
            Duration recoveryMax,
            Path directory,
            String classPath) {
        this(workload, nodes, length, seed, faults, clients, recoveryMax, directory, classPath, false, Set.of());
    }

    /** a, b, c and so on. */
    public List<String> names() {
        return names(nodes);
    }

    /** Of so many. */
    static List<String> names(int nodes) {
        return IntStream.range(0, nodes)
                .mapToObj(i -> String.valueOf((char) ('a' + i)))
                .toList();
    }
}

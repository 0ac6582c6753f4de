package io.capstan.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A system that is measured, and how its processes are started.
 *
 * @param name as in {@code --with} and in figures
 * @param jars its class path: a directory of jars of its own, or none for ours
 * @param main the class that its processes run
 * @param abilities what can be asked of it
 * @param processes how many its three members are: three, or one when they share a process
 * @param how what it was set to, and what should be known of it: printed under every table
 */
record Contestant(String name, Path jars, String main, Set<Ability> abilities, int processes, String how) {
    /** What a system has. */
    enum Ability {
        WRITES,
        READS,
        LEASE_READS,
        STALE_READS,
        LOCKS,
        FAILOVER,
        /** Asks and tells from one process to another: who has that has nothing else. */
        ASKS,
        /** Counters on three nodes: the same. */
        COUNTERS
    }

    boolean can(Ability ability) {
        return abilities.contains(ability);
    }

    boolean isOurs() {
        return jars.toString().isEmpty();
    }

    /** Whether its jars are there, its seat's above all: of a build that failed there may be those of others alone. */
    boolean isBuilt() throws IOException {
        if (isOurs()) {
            return true;
        }
        if (!Files.isDirectory(jars)) {
            return false;
        }
        try (Stream<Path> files = Files.list(jars)) {
            return files.anyMatch(file -> file.getFileName().toString().startsWith("capstan-bench-" + name + "-"));
        }
    }
}

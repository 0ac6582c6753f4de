package io.capstan.bench.compare;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A system that is measured, and how its processes are started.
 *
 * @param name as in {@code --with} and in figures
 * @param jars its class path: a directory of jars of its own, or none for ours
 * @param main the class that its processes run
 * @param abilities what can be asked of it
 * @param processes how many its three members are: three, or one when they share a process
 * @param needs what has to be installed for it; null when nothing has to be
 * @param how what it was set to, and what should be known of it: printed under every table
 */
record Contestant(
        String name,
        Path jars,
        String main,
        Set<Ability> abilities,
        int processes,
        @Nullable Program needs,
        String how) {
    /**
     * Of somebody else.
     *
     * @param file that is there once it is installed, somewhere on the path
     * @param packages what Debian calls it
     */
    record Program(String file, String packages) {
        boolean isInstalled() {
            String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
            return Arrays.stream(path.split(File.pathSeparator, -1))
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, file)));
        }
    }

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

    /** Why it cannot take part; null when it can. */
    @Nullable
    String missing() throws IOException {
        if (needs != null && !needs.isInstalled()) {
            return "there is no " + needs.file() + " (Debian: apt-get install " + needs.packages() + ")";
        }
        return isBuilt()
                ? null
                : "there are no jars in " + jars + " (mvn -Ppeers -pl bench/peers/" + name
                        + " -am package -DskipTests)";
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

package io.capstan.bench.compare;

import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A system that is measured, and how its processes are started.
 *
 * @param name as in {@code --with} and in figures
 * @param abilities what can be asked of it
 * @param processes how many processes its members are: as many, or one when they share it
 * @param how what it was set to, and what should be known of it: printed under every table
 */
record Contestant(String name, Launch launch, Set<Ability> abilities, int processes, String how) {
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
        return launch.isOurs();
    }

    /** Why it cannot take part; null when it can. */
    @Nullable
    String missing() throws IOException {
        return launch.missing();
    }
}

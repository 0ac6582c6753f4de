package io.capstan.bench.torture.workload;

import io.capstan.bench.torture.judge.Judge;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** What clients do to a cluster, and what they must be told. One object is one run's. */
public interface Workload {
    /** As the command line calls it. */
    String name();

    /** The service that its nodes run. */
    String service();

    /** The group whose leader a fault means; empty when nobody leads. */
    default String group() {
        return "";
    }

    /** Whether somebody has to make the group first. */
    default boolean makesGroup() {
        return false;
    }

    /**
     * A client.
     *
     * @param client its number
     * @param node where it lives
     */
    Script script(int client, String node, Random random);

    /** Names of things are fresh from here on: whoever judges has shorter histories. */
    void turn();

    /** What every node is asked when all is over, again and again until all have the same answers. */
    List<Ask> lastReads();

    /** What every node is asked as well, of itself: each has its own answers, which have to stand still. */
    default List<Ask> ownReads() {
        return List.of();
    }

    /** How a node is asked for a digest of its own copy, whatever its leader has; empty where there are no copies. */
    default Optional<Ask> copy() {
        return Optional.empty();
    }

    /** How long all is well between two faults. */
    default Duration calm() {
        return Duration.ofMillis(1_500);
    }

    /** Whether what was acknowledged is on other disks too: then one may be lost. */
    default boolean survivesLossOfDisk() {
        return true;
    }

    Judge judge();
}

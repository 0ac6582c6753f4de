package io.capstan.actors;

import java.util.List;

/**
 * Whether a node lives, and whether it serves, by what it knows of itself alone: as {@link Node#health} found it. Immutable.
 *
 * <p>No majority is needed for either, nor any other node: on both sides of a split names, groups and counters go on, and
 * whoever restarts or bypasses a node because a majority is away makes of a split an outage.
 *
 * @param alive false when nothing but another start of the node helps: its store has failed, or a part of it has ended by a
 *     bug. For liveness probes
 * @param ready whether requests should be sent to it: it has a cluster, its services run, it has heard what the nodes around
 *     it know, and it does not stop. For readiness probes
 * @param reasons a line for each thing that keeps it from either; and, while neither is affected, for what an operator should
 *     look at, as a full disk
 */
public record Health(boolean alive, boolean ready, List<String> reasons) {
    public Health {
        reasons = List.copyOf(reasons);
    }
}

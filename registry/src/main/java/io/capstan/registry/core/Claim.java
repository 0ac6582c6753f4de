package io.capstan.registry.core;

import io.capstan.actors.NodeId;
import io.capstan.registry.Metadata;

/**
 * A row with the node whose row it is.
 *
 * <p>Ordered by (rank, claim id): of two pending claims the lower waits.
 */
public record Claim(NodeId node, NameRow row) implements Comparable<Claim>, Shown {
    /** This claim's id. */
    public ClaimId id() {
        return row.claim();
    }

    @Override
    public String process() {
        return row.process();
    }

    @Override
    public Metadata metadata() {
        return row.metadata();
    }

    @Override
    public int compareTo(Claim other) {
        int byRank = Integer.compare(row.rank(), other.row.rank());
        return byRank != 0 ? byRank : id().compareTo(other.id());
    }

    boolean above(Claim other) {
        return compareTo(other) > 0;
    }

    boolean is(ClaimId id) {
        return row.is(id);
    }
}

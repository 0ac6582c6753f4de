package io.capstan.registry.core;

import io.capstan.actors.NodeId;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** One claim of ours on its way: from its pending row to the answer. */
final class Round {
    /** Where it stands. */
    enum Phase {
        /** Another claim goes first; nobody counts on this one's row. */
        WAITING,
        /** The row is out; the visible nodes' answers are awaited. */
        ASKING,
        /** Owned; the visible nodes' storing of it is awaited. */
        ANNOUNCING
    }

    final NameRequest.Register request;
    NameRow row;

    /** The owner gets other metadata: the row stands whether or not everybody says in time that it is stored. */
    final boolean update;

    Phase phase = Phase.WAITING;

    /** The row is in the table. */
    boolean written;

    /** The arbiter let this claim go first, or was silent for too long: from now on only a higher claim stops it. */
    boolean ordered;

    /** When an arbiter that keeps silent is skipped. */
    final long orderedBy;

    /** Who has answered in this phase. */
    final Set<NodeId> seen = new HashSet<>();

    /** Whom we gave way to, and since when we wait without seeing him; {@link #IN_VIEW} once we saw him. */
    final Map<ClaimId, Long> waitingOn = new LinkedHashMap<>();

    /** Claims that wait for this one. */
    final Set<ClaimId> yieldedToUs = new HashSet<>();

    long askAt;

    static final long IN_VIEW = Long.MAX_VALUE;

    Round(NameRequest.Register request, boolean update, NameRow row, long orderedBy) {
        this.request = request;
        this.update = update;
        this.row = row;
        this.orderedBy = orderedBy;
    }

    Claim claim(NodeId self) {
        return new Claim(self, row);
    }

    /**
     * We give our word to a rival. Of two that gave way to each other only the lower waits, or both would for ever; but it
     * may wait no longer, if it lost sight of us: its word has to be given again, or both could own.
     */
    void waitFor(Claim rival, NodeId self) {
        if (!yieldedToUs.contains(rival.id()) || rival.above(claim(self))) {
            waitingOn.put(rival.id(), IN_VIEW);
        } else {
            seen.remove(rival.node());
        }
    }

    boolean is(ClaimId id) {
        return row.is(id);
    }
}

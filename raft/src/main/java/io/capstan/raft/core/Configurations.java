package io.capstan.raft.core;

import java.util.ArrayList;
import java.util.List;

/**
 * The configurations that the log holds, newest last: the newest is in force from its appending (§6), and an older one
 * again when the log is cut before it (ra bb04b866: it was not).
 */
final class Configurations {
    /** A configuration and where it stands in the log. */
    record Placed(long index, Configuration configuration) {}

    private final List<Placed> placed = new ArrayList<>();

    /** From the snapshot and from the tail of the log (ra 110b8d63: the tail was forgotten). */
    Configurations(RaftLog log, long bytesMax) {
        reset(log.snapshot());
        long index = log.snapshot().index() + 1;
        while (index <= log.last()) {
            for (Entry entry : log.slice(index, log.last(), Integer.MAX_VALUE, bytesMax)) {
                if (entry.kind() == Entry.Kind.CONFIGURATION) {
                    append(entry);
                }
                index = entry.index() + 1;
            }
        }
    }

    void reset(SnapshotMeta snapshot) {
        placed.clear();
        placed.add(new Placed(snapshot.configurationIndex(), snapshot.configuration()));
    }

    Configuration latest() {
        return placed.get(placed.size() - 1).configuration();
    }

    /** Where the configuration in force stands. */
    long index() {
        return placed.get(placed.size() - 1).index();
    }

    /**
     * Whether {@code id} votes in the configuration in force, or in one that this may still fall back to: a member that
     * alone holds the entry of its own removal is needed as long as that is not committed (thesis §4.2.2, figure 4.6).
     */
    boolean mayVote(MemberId id, long commit) {
        for (int i = placed.size() - 1; i >= 0; i--) {
            if (placed.get(i).configuration().isVoter(id)) {
                return true;
            }
            if (placed.get(i).index() <= commit) {
                return false;
            }
        }
        return false;
    }

    void append(Entry entry) {
        placed.add(new Placed(entry.index(), Configuration.of(entry.payload())));
    }

    /** Returns whether another configuration is in force now. */
    boolean truncate(long from) {
        boolean reverted = false;
        while (placed.size() > 1 && index() >= from) {
            placed.remove(placed.size() - 1);
            reverted = true;
        }
        return reverted;
    }

    /** The one in force at {@code index}; older ones are forgotten, for a snapshot of {@code index} is about to be. */
    Placed compact(long index) {
        while (placed.size() > 1 && placed.get(1).index() <= index) {
            placed.remove(0);
        }
        return placed.get(0);
    }
}

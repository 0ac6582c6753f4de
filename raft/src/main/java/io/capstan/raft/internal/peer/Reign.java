package io.capstan.raft.internal.peer;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Who leads, as one member knows it, and how long nobody did: for the flight recorder. Belongs to its actor. */
final class Reign {
    private final String group;
    private final String node;
    private long term;
    private @Nullable String leader;
    private long leaderlessSinceNanos = System.nanoTime();
    private ElectionEvent event = begun();

    Reign(String group, String node) {
        this.group = group;
        this.node = node;
    }

    private static ElectionEvent begun() {
        ElectionEvent event = new ElectionEvent();
        event.begin();
        return event;
    }

    /** After each step; costs nothing while nothing changes. */
    void seen(long nowTerm, @Nullable String nowLeader) {
        if (nowTerm == term && Objects.equals(nowLeader, leader)) {
            return;
        }
        if (leader != null) {
            // Over with the term, though its successor be known in the same step: one of a transfer lasts no time.
            leaderlessSinceNanos = System.nanoTime();
            event = begun();
        }
        term = nowTerm;
        leader = nowLeader;
        if (nowLeader != null) {
            event.commit(group, node, nowTerm, nowLeader, System.nanoTime() - leaderlessSinceNanos);
        }
    }
}

package io.capstan.raft.internal.peer;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who leads, as one member knows it, and how long nobody did: for the flight recorder and the log. Belongs to its actor. */
final class Reign {
    private static final Logger LOG = LoggerFactory.getLogger(Reign.class);

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
            long leaderlessNanos = System.nanoTime() - leaderlessSinceNanos;
            event.commit(group, node, nowTerm, nowLeader, leaderlessNanos);
            LOG.atInfo()
                    .addKeyValue("group", group)
                    .addKeyValue("node", node)
                    .addKeyValue("term", nowTerm)
                    .addKeyValue("leader", nowLeader)
                    .addKeyValue("leaderless", Duration.ofNanos(leaderlessNanos).toMillis())
                    .log("{} is led by {} in term {}, as {} knows", group, nowLeader, nowTerm, node);
        }
    }
}

package io.capstan.raft.internal;

import com.typesafe.config.Config;
import io.capstan.raft.core.CoreSettings;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The block {@code capstan.raft}; its keys are explained in {@code reference.conf}.
 *
 * @param voters names of the nodes that vote in the groups that Capstan provides; the first makes them
 * @param core of every member
 * @param tick the core's unit of time
 * @param peer a member's limits
 * @param client of requests
 */
public record RaftSettings(List<String> voters, CoreSettings core, Duration tick, Peer peer, Client client) {
    public RaftSettings {
        int distinct = Set.copyOf(voters).size();
        require(distinct == voters.size(), "voters", voters, "different nodes: a node votes once");
        // a fourth voter raises the quorum with it: it can be lost and helps nobody
        boolean counts = voters.isEmpty() || voters.size() % 2 == 1;
        require(counts, "voters", voters, "an odd number of nodes: three or five");
    }

    /**
     * A member's limits.
     *
     * @param requestsMax waiting at one member
     * @param batchMax inputs of one step
     * @param outboxBytesMax waiting for room on the link to one other member
     */
    public record Peer(int requestsMax, int batchMax, long outboxBytesMax) {
        public Peer {
            require(requestsMax >= 1, "peer.requests-max", requestsMax, "at least 1");
            require(batchMax >= 1, "peer.batch-max", batchMax, "at least 1");
            require(outboxBytesMax >= 64 * 1024, "peer.outbox-bytes-max", outboxBytesMax, "at least 64 KiB");
        }
    }

    /**
     * Of requests.
     *
     * @param requestsMax of this node under way
     * @param attempt how long one member is waited for before another is asked
     * @param backoff between two attempts when nobody leads
     * @param readWithin deadline of a read that names none
     */
    public record Client(int requestsMax, Duration attempt, Duration backoff, Duration readWithin) {
        public Client {
            require(requestsMax >= 1, "client.requests-max", requestsMax, "at least 1");
            require(attempt.toMillis() >= 1, "client.attempt-timeout", attempt, "at least 1 ms");
            require(backoff.toMillis() >= 1, "client.backoff", backoff, "at least 1 ms");
            require(readWithin.toMillis() >= 1, "client.read-within", readWithin, "at least 1 ms");
        }
    }

    private static void require(boolean holds, String key, Object value, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException("capstan.raft." + key + " = " + value + ": must be " + allowed);
        }
    }

    /** Reads the block from a whole configuration. */
    public static RaftSettings fromConfig(Config config) {
        Config raft = config.getConfig("capstan.raft");
        return new RaftSettings(
                raft.getStringList("voters"),
                CoreConfig.fromConfig(config),
                raft.getDuration("core.tick"),
                new Peer(
                        raft.getInt("peer.requests-max"),
                        raft.getInt("peer.batch-max"),
                        raft.getBytes("peer.outbox-bytes-max")),
                new Client(
                        raft.getInt("client.requests-max"),
                        raft.getDuration("client.attempt-timeout"),
                        raft.getDuration("client.backoff"),
                        raft.getDuration("client.read-within")));
    }
}

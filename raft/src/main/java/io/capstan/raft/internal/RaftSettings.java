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
 * @param snapshot when one is taken
 * @param membership what members and leaders do about it by themselves
 * @param client of requests
 * @param effects what leaders do about their groups' effects
 */
public record RaftSettings(
        List<String> voters,
        CoreSettings core,
        Duration tick,
        Peer peer,
        Snapshot snapshot,
        Membership membership,
        Client client,
        Effects effects) {
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
     * @param waitingReadsMax queries of one member that wait for news
     * @param batchMax inputs of one step
     * @param outboxBytesMax waiting for room on the link to one other member
     * @param rests whether a group with nothing to do falls silent
     */
    public record Peer(int requestsMax, int waitingReadsMax, int batchMax, long outboxBytesMax, boolean rests) {
        public Peer {
            require(requestsMax >= 1, "peer.requests-max", requestsMax, "at least 1");
            require(waitingReadsMax >= 1, "peer.waiting-reads-max", waitingReadsMax, "at least 1");
            require(batchMax >= 1, "peer.batch-max", batchMax, "at least 1");
            require(outboxBytesMax >= 64 * 1024, "peer.outbox-bytes-max", outboxBytesMax, "at least 64 KiB");
        }
    }

    /**
     * When a snapshot is taken.
     *
     * @param afterEntries since the last one
     * @param afterBytes of entries since the last one
     * @param afterBytesMin instead, of a state and of entries that are short
     */
    public record Snapshot(long afterEntries, long afterBytes, long afterBytesMin) {
        public Snapshot {
            require(afterEntries >= 1, "snapshot.after-entries", afterEntries, "at least 1");
            require(afterBytes >= 1, "snapshot.after-bytes", afterBytes, "at least 1");
            require(afterBytesMin >= 1, "snapshot.after-bytes-min", afterBytesMin, "at least 1");
        }
    }

    /**
     * What members and leaders do about the membership by themselves.
     *
     * @param autoJoin whether a member with an empty log joins a group of its name as a learner
     * @param joinsMax so many of them look for their groups at a time
     * @param votersTarget to which leaders promote learners; odd
     * @param replaceAfter so much silence a voter is replaced
     * @param check how often it is looked at
     */
    public record Membership(boolean autoJoin, int joinsMax, int votersTarget, Duration replaceAfter, Duration check) {
        public Membership {
            require(joinsMax >= 1, "membership.joins-max", joinsMax, "at least 1");
            boolean odd = votersTarget >= 1 && votersTarget <= 7 && votersTarget % 2 == 1;
            require(odd, "membership.voters-target", votersTarget, "1, 3, 5 or 7");
            require(replaceAfter.toMillis() >= 1, "membership.replace-after", replaceAfter, "at least 1 ms");
            require(check.toMillis() >= 1, "membership.check-interval", check, "at least 1 ms");
        }
    }

    /**
     * Of requests.
     *
     * @param requestsMax of this node under way
     * @param attempt how long one member is waited for before another is asked
     * @param backoff between two attempts when nobody leads
     * @param readWithin deadline of a read that names none
     * @param changeWithin deadline of a change of the membership
     * @param sessionTtl of log time without a command, after which a group forgets this node's session
     */
    public record Client(
            int requestsMax,
            Duration attempt,
            Duration backoff,
            Duration readWithin,
            Duration changeWithin,
            Duration sessionTtl) {
        private static final Duration SESSION_TTL_MAX = Duration.ofDays(1);

        public Client {
            require(requestsMax >= 1, "client.requests-max", requestsMax, "at least 1");
            require(attempt.toMillis() >= 1, "client.attempt-timeout", attempt, "at least 1 ms");
            require(backoff.toMillis() >= 1, "client.backoff", backoff, "at least 1 ms");
            require(changeWithin.toMillis() >= 1, "client.change-within", changeWithin, "at least 1 ms");
            boolean reckonable = sessionTtl.toSeconds() >= 1 && sessionTtl.compareTo(SESSION_TTL_MAX) <= 0;
            require(reckonable, "client.session-ttl", sessionTtl, "from 1 s to one day");
            require(readWithin.toMillis() >= 1, "client.read-within", readWithin, "at least 1 ms");
        }
    }

    /**
     * What leaders do about their groups' effects.
     *
     * @param repeat after which what was not answered is sent again
     * @param giveUpAfter messages to a process that no node answers for
     * @param lostAfter a monitored process that no node answers for has lost its node
     * @param watchesMax processes of this node that groups monitor
     */
    public record Effects(Duration repeat, Duration giveUpAfter, Duration lostAfter, int watchesMax) {
        public Effects {
            require(repeat.toMillis() >= 1, "effects.repeat-interval", repeat, "at least 1 ms");
            require(giveUpAfter.toMillis() >= 1, "effects.give-up-after", giveUpAfter, "at least 1 ms");
            require(lostAfter.toMillis() >= 1, "effects.lost-after", lostAfter, "at least 1 ms");
            require(watchesMax >= 1, "effects.watches-max", watchesMax, "at least 1");
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
                        raft.getInt("peer.waiting-reads-max"),
                        raft.getInt("peer.batch-max"),
                        raft.getBytes("peer.outbox-bytes-max"),
                        raft.getBoolean("peer.rest")),
                new Snapshot(
                        raft.getLong("snapshot.after-entries"),
                        raft.getBytes("snapshot.after-bytes"),
                        raft.getBytes("snapshot.after-bytes-min")),
                new Membership(
                        raft.getBoolean("membership.auto-join"),
                        raft.getInt("membership.joins-max"),
                        raft.getInt("membership.voters-target"),
                        raft.getDuration("membership.replace-after"),
                        raft.getDuration("membership.check-interval")),
                new Client(
                        raft.getInt("client.requests-max"),
                        raft.getDuration("client.attempt-timeout"),
                        raft.getDuration("client.backoff"),
                        raft.getDuration("client.read-within"),
                        raft.getDuration("client.change-within"),
                        raft.getDuration("client.session-ttl")),
                new Effects(
                        raft.getDuration("effects.repeat-interval"),
                        raft.getDuration("effects.give-up-after"),
                        raft.getDuration("effects.lost-after"),
                        raft.getInt("effects.watches-max")));
    }
}

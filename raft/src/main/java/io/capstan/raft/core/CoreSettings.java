package io.capstan.raft.core;

/**
 * The core's limits and patience, from {@code capstan.raft.core}. Equal on all members of a group.
 *
 * @param timing in ticks
 * @param windows of replication, per follower
 * @param limits of what is held
 * @param snapshots how they travel
 */
public record CoreSettings(Timing timing, Windows windows, Limits limits, Snapshots snapshots) {
    private static final String PREFIX = "capstan.raft.core.";

    /**
     * Patience in ticks, except the lease.
     *
     * @param heartbeat between two rounds of an idle leader
     * @param electionMin how long a follower believes in a silent leader; also how long a leader does without its quorum
     * @param electionMax the longest a follower waits; who waits how long is drawn anew each time
     * @param unlinked how long a follower believes in a silent leader to which its connection broke
     * @param stall how long one write may take before a leader steps aside
     * @param leaseMillis how long after the start of a confirmed round no other leader can exist
     */
    public record Timing(int heartbeat, int electionMin, int electionMax, int unlinked, int stall, long leaseMillis) {
        public Timing {
            positive("heartbeat-interval (in ticks)", heartbeat);
            if (electionMin < 2 * heartbeat) {
                throw new IllegalArgumentException(PREFIX
                        + "election-timeout-min must be at least twice heartbeat-interval, got " + electionMin
                        + " ticks for "
                        + heartbeat);
            }
            if (electionMax <= electionMin) {
                throw new IllegalArgumentException(
                        PREFIX + "election-timeout-max must exceed election-timeout-min, got " + electionMax
                                + " ticks for " + electionMin);
            }
            if (unlinked < 2 || unlinked > electionMin) {
                throw new IllegalArgumentException(PREFIX + "unlinked-timeout must be from two ticks to"
                        + " election-timeout-min, got " + unlinked + " ticks for " + electionMin);
            }
            positive("stall-timeout (in ticks)", stall);
            positive("unlinked-timeout, less a tick and lease-clock-drift, (in ms)", leaseMillis);
        }
    }

    /**
     * What may be on its way to one follower, unacknowledged.
     *
     * @param batchEntries entries of one message, at most
     * @param batchBytes their weight; a single heavier entry still travels, alone
     * @param entries in flight
     * @param bytes in flight
     */
    public record Windows(int batchEntries, int batchBytes, int entries, long bytes) {
        public Windows {
            positive("batch-entries-max", batchEntries);
            positive("batch-bytes-max", batchBytes);
            notBelow("window-entries-max", entries, "batch-entries-max", batchEntries);
            notBelow("window-bytes-max", bytes, "batch-bytes-max", batchBytes);
        }
    }

    /**
     * What is refused or held back.
     *
     * @param entryBytes longest command
     * @param uncommittedEntries in a leader's log
     * @param uncommittedBytes their weight
     * @param applyBytes handed to the state machine and not applied yet
     * @param cacheBytes durable entries still kept in memory
     */
    public record Limits(
            int entryBytes, int uncommittedEntries, long uncommittedBytes, long applyBytes, long cacheBytes) {
        public Limits {
            positive("entry-bytes-max", entryBytes);
            positive("uncommitted-entries-max", uncommittedEntries);
            notBelow("uncommitted-bytes-max", uncommittedBytes, "entry-bytes-max", entryBytes);
            positive("apply-bytes-max", applyBytes);
            positive("cache-bytes-max", cacheBytes);
        }
    }

    /**
     * How snapshots travel.
     *
     * @param chunkBytes one piece
     * @param windowBytes of pieces on their way to one follower and not kept there yet
     * @param trailingEntries kept in the log behind a snapshot, for followers a little behind
     */
    public record Snapshots(int chunkBytes, long windowBytes, long trailingEntries) {
        public Snapshots {
            positive("snapshot-chunk-bytes-max", chunkBytes);
            notBelow("snapshot-window-bytes-max", windowBytes, "snapshot-chunk-bytes-max", chunkBytes);
            atLeast("trailing-entries", trailingEntries, 0);
        }
    }

    private static void positive(String key, long value) {
        atLeast(key, value, 1);
    }

    /** Either of the two may be the one that was set. */
    private static void notBelow(String key, long value, String other, long least) {
        if (value < least) {
            throw new IllegalArgumentException(
                    PREFIX + key + " must not be below " + other + ", got " + value + " for " + least);
        }
    }

    private static void atLeast(String key, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(PREFIX + key + " must be at least " + least + ", got " + value);
        }
    }
}

package io.capstan.raft.internal.peer;

import io.capstan.raft.internal.RaftSettings;
import java.time.Duration;

/**
 * When a snapshot is due: after so many entries or bytes, but not before a quarter of the last snapshot's length was
 * logged, so that a long one is not written over and over for a few entries. A short one sooner: entries that are forgotten while
 * they stand in a write-ahead file never have to be moved into LMDB, and removed again.
 *
 * <p>While one is being sent to a follower the next waits, up to eight times as long: a new one in its place would have
 * the follower begin again, for ever if it is slow enough (hashicorp#212, consul#9609).
 */
final class SnapshotPolicy {
    private static final int OF_THE_LAST = 4;
    private static final int PATIENCE = 8;
    private static final long AFTER_FAILURE_NANOS = Duration.ofSeconds(10).toNanos();

    private final RaftSettings.Snapshot settings;
    private final long trailingEntries;
    private long entries;
    private long bytes;
    private long lastBytes;
    private long begunEntries;
    private long begunBytes;
    private boolean underWay;
    private boolean failed;
    private long failedNanos;

    /** @param trailingEntries stay in the log behind each */
    SnapshotPolicy(RaftSettings.Snapshot settings, long trailingEntries) {
        this.settings = settings;
        this.trailingEntries = trailingEntries;
    }

    /** An entry was applied. */
    void applied(int entryBytes) {
        entries++;
        bytes += entryBytes;
    }

    boolean isDue(boolean sending, long nowNanos) {
        if (underWay || (failed && nowNanos - failedNanos < AFTER_FAILURE_NANOS)) {
            return false;
        }
        int times = sending ? PATIENCE : 1;
        return (entries / times >= settings.afterEntries() || bytes / times >= enoughBytes())
                && bytes >= lastBytes / OF_THE_LAST;
    }

    /** Sooner only if little is left to be moved: a short state, and short entries behind it. */
    private long enoughBytes() {
        long least = settings.afterBytesMin();
        boolean pays = lastBytes <= least && bytes / Math.max(1, entries) * trailingEntries <= least;
        return pays ? Math.min(least, settings.afterBytes()) : settings.afterBytes();
    }

    boolean isUnderWay() {
        return underWay;
    }

    /** It ends with the entry that was applied last. */
    void begins() {
        underWay = true;
        begunEntries = entries;
        begunBytes = bytes;
    }

    /** What it contains counts no longer; what was applied meanwhile does. */
    void taken(long snapshotBytes) {
        underWay = false;
        failed = false;
        entries -= begunEntries;
        bytes -= begunBytes;
        lastBytes = snapshotBytes;
    }

    /** It is as due as it was, and tried again after a while, at the next entry. */
    void failed(long nowNanos) {
        underWay = false;
        failed = true;
        failedNanos = nowNanos;
    }

    /** The state is that of a snapshot now. */
    void restored(long snapshotBytes) {
        entries = 0;
        bytes = 0;
        begunEntries = 0;
        begunBytes = 0;
        lastBytes = snapshotBytes;
    }
}

package io.capstan.raft.internal;

import com.typesafe.config.Config;
import io.capstan.raft.core.CoreSettings;
import io.capstan.raft.core.CoreSettings.Limits;
import io.capstan.raft.core.CoreSettings.Snapshots;
import io.capstan.raft.core.CoreSettings.Timing;
import io.capstan.raft.core.CoreSettings.Windows;
import io.capstan.raft.internal.wire.RaftFrame;
import java.time.Duration;

/** The block {@code capstan.raft.core} as the core's settings: durations become ticks. The core itself reads no file. */
public final class CoreConfig {
    private static final String PREFIX = "capstan.raft.core.";

    /** Deadlines of some of these together are still numbers. */
    private static final int TICKS_MAX = 100_000_000;

    private CoreConfig() {}

    /**
     * Reads {@code capstan.raft.core}; durations become ticks, rounded up.
     *
     * @param config the application's whole configuration
     * @throws IllegalArgumentException naming the key and its value
     */
    public static CoreSettings fromConfig(Config config) {
        Config core = config.getConfig("capstan.raft.core");
        Duration tick = core.getDuration("tick");
        if (tick.toMillis() < 1) {
            throw new IllegalArgumentException(PREFIX + "tick must be at least 1 ms, got " + tick);
        }
        Timing timing = new Timing(
                ticks(core, "heartbeat-interval", tick),
                ticks(core, "election-timeout-min", tick),
                ticks(core, "election-timeout-max", tick),
                ticks(core, "unlinked-timeout", tick),
                ticks(core, "stall-timeout", tick),
                lease(core));
        Windows windows = new Windows(
                core.getInt("batch-entries-max"),
                framed(core, "batch-bytes-max", RaftFrame.BATCH_BYTES_MAX),
                core.getInt("window-entries-max"),
                core.getBytes("window-bytes-max"));
        Limits limits = new Limits(
                framed(core, "entry-bytes-max", RaftFrame.ENTRY_BYTES_MAX),
                core.getInt("uncommitted-entries-max"),
                core.getBytes("uncommitted-bytes-max"),
                core.getBytes("apply-bytes-max"),
                core.getBytes("cache-bytes-max"));
        Snapshots snapshots = new Snapshots(
                framed(core, "snapshot-chunk-bytes-max", RaftFrame.CHUNK_BYTES_MAX),
                core.getBytes("snapshot-window-bytes-max"),
                core.getLong("trailing-entries"));
        return new CoreSettings(timing, windows, limits, snapshots);
    }

    /** A follower believes in its leader for unlinked-timeout, at least, of its own clock, which may run fast by the drift. */
    private static long lease(Config core) {
        double drift = core.getDouble("lease-clock-drift");
        if (drift < 0 || drift >= 1) {
            throw new IllegalArgumentException(PREFIX + "lease-clock-drift must be from 0 to below 1, got " + drift);
        }
        // A follower's first tick may come at once, so one tick of the timeout does not count.
        Duration sure = core.getDuration("unlinked-timeout").minus(core.getDuration("tick"));
        return (long) (sure.toMillis() * (1 - drift));
    }

    private static int ticks(Config core, String key, Duration tick) {
        long millis = core.getDuration(key).toMillis();
        long ticks = millis / tick.toMillis() + (millis % tick.toMillis() > 0 ? 1 : 0);
        if (ticks > TICKS_MAX) {
            throw new IllegalArgumentException(PREFIX + key + " must be at most " + TICKS_MAX + " times tick (" + tick
                    + "), got " + millis + " ms");
        }
        return (int) ticks;
    }

    /** The mesh throws at a longer frame: a group whose log holds one entry too long would never commit again. */
    private static int framed(Config core, String key, int most) {
        long bytes = core.getBytes(key);
        if (bytes > most) {
            throw new IllegalArgumentException(
                    PREFIX + key + " must be at most " + most + ", one frame of a link, got " + bytes);
        }
        return (int) bytes;
    }
}

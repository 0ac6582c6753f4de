package io.capstan.crdt.internal;

import com.typesafe.config.Config;
import io.capstan.crdt.core.TableSettings;
import io.capstan.crdt.core.TableSettings.Departed;
import java.time.Duration;

/**
 * What {@code capstan.crdt} says; the keys are described in {@code reference.conf}.
 *
 * @param table for the counters' table
 * @param countersMax counters this node will make
 * @param operationsMax operations held before further ones are refused here
 * @param operationsWindow after how long operations are forgotten where members agree on that; 0 for never
 * @param waitingMax calls that wait for other nodes at one time
 * @param flushMin shortest time between two flushes
 * @param flushMax longest time between two flushes
 * @param ackTimeout how long a call waits for other nodes unless it says otherwise
 * @param foldInterval how often a member looks whether slots are to be folded
 * @param leaveTimeout how long an orderly stop waits for acknowledgements
 */
public record CrdtSettings(
        TableSettings table,
        int countersMax,
        int operationsMax,
        Duration operationsWindow,
        int waitingMax,
        Duration flushMin,
        Duration flushMax,
        Duration ackTimeout,
        Duration foldInterval,
        Duration leaveTimeout) {
    /** Leaves room for the header in a frame of the mesh. */
    private static final long FRAME_BYTES_LIMIT = 60 * 1024;

    public CrdtSettings {
        require(countersMax > 0, "counters.counters-max", "at least 1", countersMax);
        require(operationsMax > 0, "counters.operations-max", "at least 1", operationsMax);
        boolean window = operationsWindow.isZero() || operationsWindow.toMillis() > 0;
        require(window, "counters.operations-window", "0, or at least 1ms", operationsWindow);
        require(waitingMax > 0, "counters.waiting-max", "at least 1", waitingMax);
        require(ackTimeout.toNanos() > 0, "counters.ack-timeout", "above 0", ackTimeout);
        require(foldInterval.toNanos() > 0, "counters.fold-interval", "above 0", foldInterval);
        require(flushMin.toNanos() > 0, "counters.flush-interval-min", "above 0", flushMin);
        require(
                flushMax.compareTo(flushMin) >= 0,
                "counters.flush-interval-max",
                "at least flush-interval-min",
                flushMax);
        require(!leaveTimeout.isNegative(), "counters.leave-timeout", "at least 0", leaveTimeout);
    }

    /** Reads a node's whole configuration. */
    public static CrdtSettings fromConfig(Config config) {
        Config counters = config.getConfig("capstan.crdt.counters");
        return new CrdtSettings(
                table(config, Departed.KEEP),
                counters.getInt("counters-max"),
                counters.getInt("operations-max"),
                counters.getDuration("operations-window"),
                counters.getInt("waiting-max"),
                counters.getDuration("flush-interval-min"),
                counters.getDuration("flush-interval-max"),
                counters.getDuration("ack-timeout"),
                counters.getDuration("fold-interval"),
                counters.getDuration("leave-timeout"));
    }

    /** Reads {@code capstan.crdt.table} of a node's whole configuration, for a table of this kind. */
    public static TableSettings table(Config config, Departed departed) {
        Config table = config.getConfig("capstan.crdt.table");
        long frameBytesMax = table.getBytes("frame-bytes-max");
        require(
                frameBytesMax > 0 && frameBytesMax <= FRAME_BYTES_LIMIT,
                "table.frame-bytes-max",
                "1 to " + FRAME_BYTES_LIMIT,
                frameBytesMax);
        int slotsMax = table.getInt("slots-max");
        require(slotsMax > 0, "table.slots-max", "at least 1", slotsMax);
        int unackedFramesMax = table.getInt("unacked-frames-max");
        require(unackedFramesMax > 0, "table.unacked-frames-max", "at least 1", unackedFramesMax);
        return new TableSettings(
                departed,
                (int) frameBytesMax,
                unackedFramesMax,
                millis(table, "announce-interval"),
                millis(table, "check-interval"),
                millis(table, "hold-after"),
                millis(table, "forget-after"),
                millis(table, "drop-after"),
                slotsMax);
    }

    private static Duration millis(Config table, String key) {
        Duration value = table.getDuration(key);
        require(value.toMillis() > 0, "table." + key, "at least 1ms", value);
        return value;
    }

    private static void require(boolean holds, String key, String limit, Object value) {
        if (!holds) {
            throw new IllegalArgumentException("capstan.crdt." + key + " is " + limit + ", got " + value);
        }
    }
}

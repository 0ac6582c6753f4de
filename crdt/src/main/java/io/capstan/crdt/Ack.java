package io.capstan.crdt;

import io.capstan.crdt.internal.CountersService;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When an add is done: at once in this node's memory, or once other nodes have it too. An add that was not acknowledged in
 * time is not undone.
 */
public final class Ack {
    private static final Ack MEMORY = new Ack(0, null);
    private static final Ack ON_DISK = new Ack(CountersService.DISK, null);

    private final int replicas;
    private final @Nullable Duration within;

    private Ack(int replicas, @Nullable Duration within) {
        this.replicas = replicas;
        this.within = within;
    }

    /** Counted on this node, as a plain add is. A crash within milliseconds loses it. */
    public static Ack memory() {
        return MEMORY;
    }

    /** On this node's disk: it outlives any crash but the loss of that disk. Durable counters only. */
    public static Ack disk() {
        return ON_DISK;
    }

    /**
     * Counted on {@code others} other nodes as well, at one moment: it outlives the crash of any {@code others} nodes.
     *
     * @param others 1 or more
     */
    public static Ack replicas(int others) {
        if (others < 1) {
            throw new IllegalArgumentException("at least 1 other node, got " + others);
        }
        return new Ack(others, null);
    }

    /** Waits this long in place of {@code capstan.crdt.counters.ack-timeout}. */
    public Ack within(Duration time) {
        return new Ack(replicas, time);
    }

    int others() {
        return replicas;
    }

    @Nullable
    Duration within() {
        return within;
    }
}

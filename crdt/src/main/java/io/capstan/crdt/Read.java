package io.capstan.crdt;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How much a read has to have seen. */
public final class Read {
    private final int others;
    private final @Nullable Duration within;

    private Read(int others, @Nullable Duration within) {
        this.others = others;
        this.within = within;
    }

    /**
     * All that {@code others} other nodes have seen when they are asked. With {@link Ack#replicas} of as many that the
     * two together are at least the number of all other nodes, a read sees every acknowledged add.
     *
     * @param others 1 or more
     */
    public static Read from(int others) {
        if (others < 1) {
            throw new IllegalArgumentException("at least 1 other node, got " + others);
        }
        return new Read(others, null);
    }

    /** Waits this long in place of {@code capstan.crdt.counters.ack-timeout}. */
    public Read within(Duration time) {
        return new Read(others, time);
    }

    int others() {
        return others;
    }

    @Nullable
    Duration within() {
        return within;
    }
}

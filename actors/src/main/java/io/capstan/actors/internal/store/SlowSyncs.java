package io.capstan.actors.internal.store;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of flushes that take long: each by itself, as none begins before the one before has ended. Belongs to the writer. */
final class SlowSyncs {
    private static final Logger LOG = LoggerFactory.getLogger(SlowSyncs.class);

    private final String node;
    private final long maxNanos;

    SlowSyncs(String node, Duration max) {
        this.node = node;
        this.maxNanos = max.toNanos();
    }

    /** A flush of so many bytes took so long. */
    void took(long nanos, long bytes) {
        if (bytes > 0 && nanos > maxNanos) {
            long millis = Duration.ofNanos(nanos).toMillis();
            LOG.atWarn()
                    .addKeyValue("node", node)
                    .addKeyValue("bytes", bytes)
                    .addKeyValue("millis", millis)
                    .log("the disk took {} ms to keep {} bytes", millis, bytes);
        }
    }
}

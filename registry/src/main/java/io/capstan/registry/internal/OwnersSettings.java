package io.capstan.registry.internal;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.List;

/**
 * What {@code capstan.registry.consistent} says, and who votes.
 *
 * @param start whether the node takes part from its start on
 * @param ttl how long the names of a node outlive its last sign of life
 * @param voters names of the nodes that vote
 */
public record OwnersSettings(boolean start, Duration ttl, List<String> voters) {
    private static final Duration TTL_MIN = Duration.ofMillis(500);
    private static final Duration TTL_MAX = Duration.ofHours(1);

    public OwnersSettings {
        voters = List.copyOf(voters);
        if (ttl.compareTo(TTL_MIN) < 0 || ttl.compareTo(TTL_MAX) > 0) {
            throw new IllegalArgumentException("capstan.registry.consistent.session-ttl is 500ms to 1h, got " + ttl);
        }
    }

    /** Reads a node's whole configuration. */
    public static OwnersSettings fromConfig(Config config) {
        Config consistent = config.getConfig("capstan.registry.consistent");
        return new OwnersSettings(
                consistent.getBoolean("start"),
                consistent.getDuration("session-ttl"),
                config.getStringList("capstan.raft.voters"));
    }
}

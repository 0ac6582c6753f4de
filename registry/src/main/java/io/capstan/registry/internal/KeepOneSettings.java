package io.capstan.registry.internal;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * What {@code capstan.registry.keep-one} says.
 *
 * @param claimWithin the deadline of one claim
 * @param retryAfter how long a standby whose claim was refused, or whose process ended, waits before it claims again
 * @param earlyMessagesMax messages kept for a process that does not have its name yet; further ones are dropped
 */
public record KeepOneSettings(Duration claimWithin, Duration retryAfter, int earlyMessagesMax) {
    public KeepOneSettings {
        require(claimWithin.toMillis() >= 1, "claim-within", "1ms", claimWithin);
        require(retryAfter.toMillis() >= 1, "retry-after", "1ms", retryAfter);
        require(earlyMessagesMax >= 1, "early-messages-max", "1", earlyMessagesMax);
    }

    /** Reads a node's whole configuration. */
    public static KeepOneSettings fromConfig(Config config) {
        Config keepOne = config.getConfig("capstan.registry.keep-one");
        return new KeepOneSettings(
                keepOne.getDuration("claim-within"),
                keepOne.getDuration("retry-after"),
                keepOne.getInt("early-messages-max"));
    }

    private static void require(boolean holds, String key, String least, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "capstan.registry.keep-one." + key + " is at least " + least + ", got " + value);
        }
    }
}

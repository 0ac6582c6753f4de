package io.capstan.bench.torture.workload;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for.
 *
 * @param timeout after which the node gives up; the client waits somewhat longer
 */
public record Ask(String f, String key, @Nullable JsonNode value, Duration timeout) {
    /** Long enough for an election, short enough to be asked often. */
    static final Duration SOON = Duration.ofSeconds(5);

    /** Long enough where nothing is wrong, and so short that whoever is paused is asked again and again. */
    private static final Duration AT_ONCE = Duration.ofMillis(500);

    static Ask of(String f, String key) {
        return new Ask(f, key, null, SOON);
    }

    static Ask of(String f, String key, JsonNode value) {
        return new Ask(f, key, value, SOON);
    }

    /** The same, of no interest any more unless the answer comes at once; for what harms nobody if it is done later. */
    Ask hasty() {
        return new Ask(f, key, value, AT_ONCE);
    }
}

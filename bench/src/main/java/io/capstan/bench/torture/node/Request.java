package io.capstan.bench.torture.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks its node for.
 *
 * @param id of the request: the reply has it too
 * @param client who asks; sessions and processes are a client's
 */
public record Request(
        long id,
        int client,
        String f,
        @Nullable String key,
        @Nullable JsonNode value,
        long timeoutMillis) {
    String name() {
        if (key == null) {
            throw new IllegalArgumentException(f + " needs a key");
        }
        return key;
    }

    JsonNode argument() {
        if (value == null) {
            throw new IllegalArgumentException(f + " needs a value");
        }
        return value;
    }

    Duration timeout() {
        return Duration.ofMillis(timeoutMillis);
    }
}

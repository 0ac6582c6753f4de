package io.capstan.bench.torture.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.bench.torture.record.Event;
import org.jspecify.annotations.Nullable;

/** What a client is told. */
public record Reply(
        long id,
        Event.Type type,
        @Nullable JsonNode value,
        @Nullable String error) {}

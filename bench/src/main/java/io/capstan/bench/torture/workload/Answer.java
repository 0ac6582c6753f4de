package io.capstan.bench.torture.workload;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.bench.torture.record.Event;
import java.util.Set;

/**
 * What a client was told.
 *
 * @param value missing unless it is an {@code ok}
 * @param error empty when it is
 */
public record Answer(Event.Type type, JsonNode value, String error) {
    /** What a service says of a request that it has decided. */
    private static final Set<String> DECIDED =
            Set.of("HELD", "TAKEN", "MISMATCH", "LOST", "NOT_HELD", "STALE_EPOCH", "NO_MEMBER", "UNKNOWN_EPOCH");

    public boolean ok() {
        return type == Event.Type.OK;
    }

    public boolean unknown() {
        return type == Event.Type.INFO;
    }

    /** Whether the service did its work: it answered, or refused for a reason that lies in what was asked. */
    public boolean decided() {
        return ok() || DECIDED.contains(reason());
    }

    /** The first word of the error. */
    public String reason() {
        return error.split(":", 2)[0];
    }
}

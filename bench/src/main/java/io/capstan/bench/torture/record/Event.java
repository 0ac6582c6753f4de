package io.capstan.bench.torture.record;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * One line of a history, in the words of Jepsen's.
 *
 * @param process who asked; {@link #NOBODY} of what is no client's. Never used again after an {@code info} of its own
 * @param f what was asked for
 * @param value of the request, or of the answer
 * @param time nanoseconds since the run began, by one clock
 * @param node where the client lives; beyond what outside judges need
 * @param error why it is no {@code ok}; likewise
 */
@JsonPropertyOrder({"process", "type", "f", "key", "value", "time", "node", "error"})
public record Event(
        int process,
        Type type,
        String f,
        @Nullable String key,
        @Nullable JsonNode value,
        long time,
        @Nullable String node,
        @Nullable String error) {
    public static final int NOBODY = -1;

    /** A remark's value, where it is a text; empty without one. */
    public String text() {
        return value == null || value.isNull() ? "" : value.asText();
    }

    /** What became known. */
    public enum Type {
        @JsonProperty("invoke")
        INVOKE,
        @JsonProperty("ok")
        OK,
        /** It did not happen, and never will. */
        @JsonProperty("fail")
        FAIL,
        /** Of a request: nobody knows. Without one: a remark, such as a cut. */
        @JsonProperty("info")
        INFO
    }
}

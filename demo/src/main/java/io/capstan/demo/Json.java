package io.capstan.demo;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;

/** How everything here looks as JSON: records, their members in snake case. */
public final class Json {
    public static final ObjectMapper MAPPER = JsonMapper.builder()
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .addModule(new Jdk8Module())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private Json() {}

    /**
     * What somebody sent, as {@code type}.
     *
     * @param form what it should look like, for the refusal
     * @throws IllegalArgumentException in one line when it does not
     */
    public static <T> T read(String text, TypeReference<T> type, String form) {
        try {
            T read = MAPPER.readValue(text, type);
            if (read != null) {
                return read;
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    form + ": " + e.getOriginalMessage().lines().findFirst().orElse(""));
        }
        throw new IllegalArgumentException(form + ", not null");
    }

    /** One line, without its end. */
    public static String line(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("our own records have a JSON form", e);
        }
    }
}

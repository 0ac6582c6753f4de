package io.capstan.registry;

import io.capstan.registry.core.Text;

/**
 * A name for one process of the whole cluster, and the messages that process takes.
 *
 * <p>The type is the program's promise: it is not sent, and two programs that give one name two types are not told.
 *
 * @param value 1 to 255 bytes of UTF-8
 * @param type of the messages
 * @param <T> of the messages
 */
public record Name<T>(String value, Class<T> type) {
    public Name {
        Text.require("a name", value);
        if (value.isEmpty()) {
            throw new IllegalArgumentException("a name has at least 1 character");
        }
    }

    /**
     * The name of that text.
     *
     * @throws IllegalArgumentException when it is empty, longer than 255 bytes of UTF-8, or no proper text
     */
    public static <T> Name<T> of(String value, Class<T> type) {
        return new Name<>(value, type);
    }

    /** The text. */
    @Override
    public String toString() {
        return value;
    }
}

package io.capstan.registry.group;

import io.capstan.registry.core.GroupKey;
import io.capstan.registry.core.Text;

/**
 * A name for many processes, and the messages they take. Scopes know nothing of each other.
 *
 * @param scope at most 255 bytes of UTF-8; empty is the default one
 * @param name 1 to 255 bytes of UTF-8
 * @param type of the messages: the program's promise, it is not sent
 * @param <T> of the messages
 */
public record Group<T>(String scope, String name, Class<T> type) {
    public Group {
        Text.require("a scope", scope);
        Text.require("a group", name);
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a group has at least 1 character");
        }
    }

    /**
     * The group of that name in the default scope.
     *
     * @throws IllegalArgumentException when it is empty, longer than 255 bytes of UTF-8, or no proper text
     */
    public static <T> Group<T> of(String name, Class<T> type) {
        return new Group<>("", name, type);
    }

    /** The group of that name in another scope. */
    public static <T> Group<T> in(String scope, String name, Class<T> type) {
        return new Group<>(scope, name, type);
    }

    GroupKey key() {
        return new GroupKey(scope, name);
    }

    /** The name, behind its scope if it has one. */
    @Override
    public String toString() {
        return scope.isEmpty() ? name : scope + "/" + name;
    }
}

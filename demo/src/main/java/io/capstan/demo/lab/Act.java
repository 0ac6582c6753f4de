package io.capstan.demo.lab;

import io.capstan.demo.UserError;
import io.capstan.demo.process.NodeClient;
import java.util.Locale;
import java.util.Map;

/**
 * What a node is asked to do.
 *
 * @param name of the name, group, counter, lock or key
 * @param value what is written, or counted
 */
record Act(String node, Verb verb, String name, String value) {
    private static final int VALUE_MAX = 10_000;

    /** All that a node can be asked in the lab. */
    enum Verb {
        REGISTER("POST", "names", "?within_ms=3000"),
        UNREGISTER("DELETE", "names", ""),
        JOIN("POST", "groups", ""),
        LEAVE("DELETE", "groups", ""),
        COUNT("POST", "counters", ""),
        ACQUIRE("POST", "locks", "?wait_ms=5000"),
        RELEASE("DELETE", "locks", ""),
        WRITE("POST", "kv", "");

        private final String method;
        private final String service;
        private final String query;

        Verb(String method, String service, String query) {
            this.method = method;
            this.service = service;
            this.query = query;
        }
    }

    /** From a request's parameters; throws {@link UserError} in one line. */
    static Act of(Map<String, String> parameters) {
        String name = parameters.getOrDefault("name", "");
        String value = parameters.getOrDefault("value", "");
        if (name.isBlank() || name.equals(".") || name.equals("..")) {
            throw new UserError("give it a name: of a name, a group, a counter, a lock or a key");
        }
        if (value.length() > VALUE_MAX) {
            throw new UserError("a value has at most " + VALUE_MAX + " characters here");
        }
        return new Act(parameters.getOrDefault("node", ""), verb(parameters.getOrDefault("do", "")), name, value);
    }

    private static Verb verb(String text) {
        try {
            return Verb.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new UserError(
                    "a node is asked to register, unregister, join, leave, count, acquire, release or write,"
                            + " not to \"" + text + "\"");
        }
    }

    String method() {
        return verb.method;
    }

    /** The path of the node's door. */
    String path() {
        String query = verb == Verb.COUNT ? "?add=" + delta() : verb.query;
        return "/" + verb.service + "/" + NodeClient.part(name) + query;
    }

    private long delta() {
        try {
            return value.isBlank() ? 1 : Long.parseLong(value.strip());
        } catch (NumberFormatException e) {
            throw new UserError("what is counted is a whole number, got \"" + value + "\"");
        }
    }

    String body() {
        return verb == Verb.WRITE ? value : "";
    }

    /** In words. */
    String text() {
        return switch (verb) {
            case REGISTER -> "registers the name " + name;
            case UNREGISTER -> "unregisters the name " + name;
            case JOIN -> "joins the group " + name;
            case LEAVE -> "leaves the group " + name;
            case COUNT -> "counts " + delta() + " on " + name;
            case ACQUIRE -> "acquires the lock " + name;
            case RELEASE -> "releases the lock " + name;
            case WRITE -> "writes " + name + " = " + value;
        };
    }

    /** The same as a call in an exported test. */
    String code() {
        String call = verb.name().toLowerCase(Locale.ROOT) + "(" + literal(node) + ", " + literal(name);
        return switch (verb) {
            case COUNT -> call + ", " + delta() + "L)";
            case WRITE -> call + ", " + literal(value) + ")";
            default -> call + ")";
        };
    }

    /** As Java has it. */
    private static String literal(String text) {
        StringBuilder literal = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (each == '"' || each == '\\') {
                literal.append('\\').append(each);
            } else if (each < ' ' || each > '~') {
                // Not \\u for what ends a line: Java reads that before it sees a text.
                literal.append(String.format(Locale.ROOT, each < 0x100 ? "\\%03o" : "\\u%04x", (int) each));
            } else {
                literal.append(each);
            }
        }
        return literal.append('"').toString();
    }
}

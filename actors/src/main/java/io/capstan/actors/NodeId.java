package io.capstan.actors;

import java.nio.charset.StandardCharsets;

/**
 * One run of a node: its stable name, and the incarnation that every start raises.
 *
 * <p>A restarted node has the name of its predecessor and a higher incarnation, so that nothing that belonged to the
 * old run is ever taken for the new one's.
 *
 * @param name 1 to 64 of the characters {@code A-Z a-z 0-9 . _ -}; unique in the cluster, chosen by the user
 * @param incarnation rises with every start of the node; unique for the name; no clock may be read from it
 */
public record NodeId(String name, long incarnation) implements Comparable<NodeId> {
    /** Longest name, in characters (each is one byte of UTF-8). */
    public static final int NAME_LENGTH_MAX = 64;

    public NodeId {
        requireName(name);
        if (incarnation < 1) {
            throw new IllegalArgumentException("a node's incarnation is at least 1, got " + incarnation);
        }
    }

    /** Returns {@code name} unchanged, or throws {@link IllegalArgumentException} telling what is wrong with it. */
    public static String requireName(String name) {
        if (name.isEmpty() || name.getBytes(StandardCharsets.UTF_8).length > NAME_LENGTH_MAX) {
            throw new IllegalArgumentException(
                    "a node's name has 1 to " + NAME_LENGTH_MAX + " characters, got \"" + name + "\"");
        }
        for (int i = 0; i < name.length(); i++) {
            if (!isNameCharacter(name.charAt(i))) {
                throw new IllegalArgumentException("a node's name uses A-Z a-z 0-9 . _ - only, got \"" + name + "\"");
            }
        }
        return name;
    }

    private static boolean isNameCharacter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || ".-_".indexOf(c) >= 0;
    }

    /** By name, then by incarnation: the same order on every node. */
    @Override
    public int compareTo(NodeId other) {
        int byName = name.compareTo(other.name);
        return byName != 0 ? byName : Long.compare(incarnation, other.incarnation);
    }

    /** For people: {@code shop-1#1763846400000}. */
    @Override
    public String toString() {
        return name + "#" + incarnation;
    }
}

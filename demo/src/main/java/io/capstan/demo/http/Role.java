package io.capstan.demo.http;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What whoever has a token may ask of a door; each includes those before it. Which request needs which is said here and nowhere
 * else: what is not named is an administrator's.
 */
public enum Role {
    /** To look. */
    READ,
    /** To use the services: names, groups, counters, keys, locks of one's own. */
    OPERATE,
    /** Whatever there is: members of Raft groups, others' locks, links, files of the node's machine. */
    ADMIN;

    private static final Set<String> LOOKING = Set.of("GET", "HEAD");

    /** By the path's first part, who may do anything there but look. */
    private static final Map<String, Role> DOING = Map.of(
            "names", OPERATE,
            "standbys", OPERATE,
            "groups", OPERATE,
            "counters", OPERATE,
            "kv", OPERATE,
            "locks", OPERATE,
            "holds", OPERATE);

    /**
     * The least that a request needs.
     *
     * @param path from the first slash, as it came
     * @param hasToken whether its query names a grant: a lock that is taken from somebody else
     */
    static Role needed(String method, String path, boolean hasToken) {
        if (LOOKING.contains(method)) {
            return READ;
        }
        String[] parts = path.split("/", 3);
        String first = parts.length > 1 ? parts[1] : "";
        return first.equals("locks") && hasToken ? ADMIN : DOING.getOrDefault(first, ADMIN);
    }

    boolean allows(Role needed) {
        return compareTo(needed) >= 0;
    }

    /** As files of tokens have it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package io.capstan.registry.core;

/**
 * What a node writes of one of its processes in one group: the key of a groups' row, whose value says how often.
 *
 * @param scope scopes know nothing of each other; empty is the default one
 * @param process a reference as its own node writes it; opaque here
 */
public record Membership(String scope, String group, String process) {
    /** The group without the process. */
    public GroupKey key() {
        return new GroupKey(scope, group);
    }
}

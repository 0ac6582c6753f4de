package io.capstan.registry.core;

import io.capstan.actors.NodeId;

/** What the groups ask of their shell, to be done in order. */
public sealed interface GroupsEffect {
    /** Put the row into our slot of the table. */
    record Write(Membership membership, GroupRow row) implements GroupsEffect {}

    /** Remove our row. */
    record Erase(Membership membership) implements GroupsEffect {}

    /**
     * From now on a process of {@code node} is in a group more often or less often than before.
     *
     * @param before 0 when it was no member
     * @param after 0 when it is none any more
     */
    record Changed(NodeId node, Membership membership, int before, int after) implements GroupsEffect {}

    /** Report when this process of ours stops. */
    record Watch(String process) implements GroupsEffect {}

    /** It is in no group any more. */
    record Unwatch(String process) implements GroupsEffect {}
}

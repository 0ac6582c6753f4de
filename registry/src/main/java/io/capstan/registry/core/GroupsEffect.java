package io.capstan.registry.core;

import io.capstan.actors.NodeId;
import io.capstan.registry.Metadata;
import org.jspecify.annotations.Nullable;

/** What the groups ask of their shell, to be done in order. */
public sealed interface GroupsEffect {
    /** Put the row into our slot of the table. */
    record Write(Membership membership, GroupRow row) implements GroupsEffect, RowWrite<Membership, GroupRow> {
        @Override
        public Membership key() {
            return membership;
        }
    }

    /** Remove our row. */
    record Erase(Membership membership) implements GroupsEffect, RowWrite<Membership, GroupRow> {
        @Override
        public Membership key() {
            return membership;
        }

        @Override
        public @Nullable GroupRow row() {
            return null;
        }
    }

    /**
     * From now on a process of {@code node} is in a group more often or less often than before, or with other metadata.
     *
     * @param before 0 when it was no member
     * @param after 0 when it is none any more
     */
    record Changed(NodeId node, Membership membership, int before, int after, Metadata metadata)
            implements GroupsEffect {}

    /** Report when this process of ours stops. */
    record Watch(String process) implements GroupsEffect {}

    /** It is in no group any more. */
    record Unwatch(String process) implements GroupsEffect {}
}

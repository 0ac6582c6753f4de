package io.capstan.registry.core;

import io.capstan.crdt.core.RowSize;
import io.capstan.crdt.core.Slot;
import io.capstan.crdt.core.TableSettings;

/** The groups with their replicated table. */
public final class GroupsReplica extends Replica<Membership, GroupRow, GroupsEffect> {
    private final GroupsCore groups;

    /**
     * Starts a replica that knows nobody.
     *
     * @param own drawn at random for this start; its owner is this node
     */
    public GroupsReplica(Slot own, TableSettings settings, RowSize<Membership, GroupRow> size) {
        this(own, settings, size, new GroupsCore(own.owner()));
    }

    private GroupsReplica(Slot own, TableSettings settings, RowSize<Membership, GroupRow> size, GroupsCore groups) {
        super(own, settings, size, groups);
        this.groups = groups;
    }

    /** The door for joins, leaves and stopped processes. */
    public GroupsCore groups() {
        return groups;
    }
}

package io.capstan.registry.core;

import io.capstan.crdt.core.RowMeasure;
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
    public GroupsReplica(Slot own, TableSettings settings, RowMeasure<Membership, GroupRow> measure) {
        this(own, settings, measure, new GroupsCore(own.owner()));
    }

    private GroupsReplica(
            Slot own, TableSettings settings, RowMeasure<Membership, GroupRow> measure, GroupsCore groups) {
        super(own, settings, measure, groups);
        this.groups = groups;
    }

    /** The door for joins, leaves and stopped processes. */
    public GroupsCore groups() {
        return groups;
    }
}

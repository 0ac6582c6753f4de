package io.capstan.registry.core;

import io.capstan.actors.NodeId;
import io.capstan.registry.Metadata;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The groups as one node has them: inputs in, ordered effects out.
 *
 * <p>Only processes of this node join here, and their node alone watches them. A join costs one row, whatever the size
 * of the group; the end of a process costs one row for each group it was in. A group is nothing but its members, so
 * there are no empty groups that could come back. Not thread-safe.
 */
public final class GroupsCore implements RowCore<Membership, GroupRow, GroupsEffect> {
    private final NodeId self;

    /** Our processes, with their groups and how they are in each. */
    private final Map<String, Map<GroupKey, GroupRow>> own = new LinkedHashMap<>();

    private final List<GroupsEffect> effects = new ArrayList<>();
    private int memberships;

    public GroupsCore(NodeId self) {
        this.self = self;
    }

    @Override
    public List<GroupsEffect> drain() {
        List<GroupsEffect> drained = List.copyOf(effects);
        effects.clear();
        return drained;
    }

    /**
     * A process of this node joins, once more if it is a member.
     *
     * @param metadata null: as it was, or none
     */
    public void join(Membership membership, @Nullable Metadata metadata) {
        Map<GroupKey, GroupRow> groups = own.get(membership.process());
        if (groups == null) {
            groups = new LinkedHashMap<>();
            own.put(membership.process(), groups);
            effects.add(new GroupsEffect.Watch(membership.process()));
        }
        GroupRow before = groups.get(membership.key());
        Metadata kept = before == null ? Metadata.NONE : before.metadata();
        GroupRow after = new GroupRow((before == null ? 0 : before.times()) + 1, metadata == null ? kept : metadata);
        groups.put(membership.key(), after);
        memberships += before == null ? 1 : 0;
        write(membership, before, after);
    }

    /** A process of this node leaves, once. Returns whether it was a member. */
    public boolean leave(Membership membership) {
        Map<GroupKey, GroupRow> groups = own.getOrDefault(membership.process(), Map.of());
        GroupRow before = groups.get(membership.key());
        if (before == null) {
            return false;
        }
        if (before.times() == 1) {
            groups.remove(membership.key());
            memberships--;
            write(membership, before, null);
        } else {
            GroupRow after = new GroupRow(before.times() - 1, before.metadata());
            groups.put(membership.key(), after);
            write(membership, before, after);
        }
        if (groups.isEmpty()) {
            own.remove(membership.process());
            effects.add(new GroupsEffect.Unwatch(membership.process()));
        }
        return true;
    }

    /** Gives a member of this node other metadata. Returns whether it is a member. */
    public boolean update(Membership membership, UnaryOperator<Metadata> change) {
        Map<GroupKey, GroupRow> groups = own.getOrDefault(membership.process(), Map.of());
        GroupRow before = groups.get(membership.key());
        if (before == null) {
            return false;
        }
        GroupRow after = new GroupRow(before.times(), change.apply(before.metadata()));
        groups.put(membership.key(), after);
        write(membership, before, after);
        return true;
    }

    /** A watched process of this node has stopped: it leaves all its groups. */
    public void stopped(String process) {
        Map<GroupKey, GroupRow> groups = own.remove(process);
        if (groups != null) {
            memberships -= groups.size();
            groups.forEach((key, row) -> write(new Membership(key.scope(), key.group(), process), row, null));
        }
    }

    @Override
    public void changed(NodeId node, Membership membership, @Nullable GroupRow before, @Nullable GroupRow after) {
        tell(node, membership, before, after);
    }

    /** How many pairs of a process of ours and a group there are, for limits. */
    public int memberships() {
        return memberships;
    }

    private void write(Membership membership, @Nullable GroupRow before, @Nullable GroupRow after) {
        effects.add(after == null ? new GroupsEffect.Erase(membership) : new GroupsEffect.Write(membership, after));
        tell(self, membership, before, after);
    }

    private void tell(NodeId node, Membership membership, @Nullable GroupRow before, @Nullable GroupRow after) {
        if (!Objects.equals(before, after)) {
            effects.add(new GroupsEffect.Changed(
                    node,
                    membership,
                    before == null ? 0 : before.times(),
                    after == null ? 0 : after.times(),
                    after == null ? Metadata.NONE : after.metadata()));
        }
    }
}

package io.capstan.registry.core;

import io.capstan.actors.NodeId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The groups as one node has them: inputs in, ordered effects out.
 *
 * <p>Only processes of this node join here, and their node alone watches them. A join costs one row, whatever the size
 * of the group; the end of a process costs one row for each group it was in. A group is nothing but its members, so
 * there are no empty groups that could come back. Not thread-safe.
 */
public final class GroupsCore {
    private final NodeId self;

    /** Our processes, with their groups and how often they have joined each. */
    private final Map<String, Map<GroupKey, Integer>> own = new LinkedHashMap<>();

    private final List<GroupsEffect> effects = new ArrayList<>();
    private int memberships;

    public GroupsCore(NodeId self) {
        this.self = self;
    }

    /** Returns what is to be done since the last call, in order. */
    public List<GroupsEffect> drain() {
        List<GroupsEffect> drained = List.copyOf(effects);
        effects.clear();
        return drained;
    }

    /** A process of this node joins, once more if it is a member. */
    public void join(Membership membership) {
        Map<GroupKey, Integer> groups = own.get(membership.process());
        if (groups == null) {
            groups = new LinkedHashMap<>();
            own.put(membership.process(), groups);
            effects.add(new GroupsEffect.Watch(membership.process()));
        }
        int before = groups.getOrDefault(membership.key(), 0);
        groups.put(membership.key(), before + 1);
        memberships += before == 0 ? 1 : 0;
        write(membership, before, before + 1);
    }

    /** A process of this node leaves, once. Returns whether it was a member. */
    public boolean leave(Membership membership) {
        Map<GroupKey, Integer> groups = own.getOrDefault(membership.process(), Map.of());
        int before = groups.getOrDefault(membership.key(), 0);
        if (before == 0) {
            return false;
        }
        if (before == 1) {
            groups.remove(membership.key());
            memberships--;
        } else {
            groups.put(membership.key(), before - 1);
        }
        write(membership, before, before - 1);
        if (groups.isEmpty()) {
            own.remove(membership.process());
            effects.add(new GroupsEffect.Unwatch(membership.process()));
        }
        return true;
    }

    /** A watched process of this node has stopped: it leaves all its groups. */
    public void stopped(String process) {
        Map<GroupKey, Integer> groups = own.remove(process);
        if (groups != null) {
            memberships -= groups.size();
            groups.forEach((key, times) -> write(new Membership(key.scope(), key.group(), process), times, 0));
        }
    }

    /** A row of another node has changed; null: it is gone, or hidden with its node. */
    public void changed(NodeId node, Membership membership, @Nullable GroupRow before, @Nullable GroupRow after) {
        tell(node, membership, before == null ? 0 : before.times(), after == null ? 0 : after.times());
    }

    /** How many pairs of a process of ours and a group there are, for limits. */
    public int memberships() {
        return memberships;
    }

    private void write(Membership membership, int before, int after) {
        effects.add(
                after == 0
                        ? new GroupsEffect.Erase(membership)
                        : new GroupsEffect.Write(membership, GroupRow.of(after)));
        tell(self, membership, before, after);
    }

    private void tell(NodeId node, Membership membership, int before, int after) {
        if (before != after) {
            effects.add(new GroupsEffect.Changed(node, membership, before, after));
        }
    }
}

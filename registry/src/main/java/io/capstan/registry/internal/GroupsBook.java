package io.capstan.registry.internal;

import io.capstan.actors.NodeId;
import io.capstan.registry.core.GroupKey;
import io.capstan.registry.core.GroupsEffect;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;

/** All groups, as this node shows them: written by the groups' actor, read by everybody without a lock. */
public final class GroupsBook {
    private final NodeId self;
    private final Map<GroupKey, GroupView> groups = new ConcurrentHashMap<>();

    GroupsBook(NodeId self) {
        this.self = self;
    }

    /** Everybody in the group; whoever joined twice is there twice; in no order. Immutable. */
    public List<ActorRef<Object>> members(GroupKey group) {
        GroupView view = groups.get(group);
        return view == null ? List.of() : view.all();
    }

    /** The members of this node. */
    public List<ActorRef<Object>> localMembers(GroupKey group) {
        GroupView view = groups.get(group);
        return view == null ? List.of() : view.local();
    }

    /** The groups of the scope that have members: a sorted copy. */
    public SortedSet<String> groups(String scope) {
        TreeSet<String> found = new TreeSet<>();
        for (GroupKey key : groups.keySet()) {
            if (key.scope().equals(scope)) {
                found.add(key.group());
            }
        }
        return found;
    }

    void change(GroupsEffect.Changed change, ActorRef<Object> process) {
        GroupKey key =
                new GroupKey(change.membership().scope(), change.membership().group());
        GroupView view = groups.computeIfAbsent(key, absent -> new GroupView(self));
        if (!view.change(change.node(), change.membership().process(), process, change.after())) {
            groups.remove(key); // A group is nothing but its members.
        }
    }
}

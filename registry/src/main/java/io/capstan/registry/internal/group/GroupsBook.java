package io.capstan.registry.internal.group;

import io.capstan.actors.NodeId;
import io.capstan.registry.core.GroupKey;
import io.capstan.registry.core.GroupsEffect;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
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

    /** The members of this node, each once. */
    List<ActorRef<Object>> localOnce(GroupKey group) {
        GroupView view = groups.get(group);
        return view == null ? List.of() : view.localOnce();
    }

    /** Of every other node that has members one of them. */
    List<ActorRef<Object>> oneOfEachOtherNode(GroupKey group) {
        GroupView view = groups.get(group);
        return view == null ? List.of() : view.oneOfEachOtherNode();
    }

    /** The members, each once, with what is known of them; in no order. Immutable. */
    public List<GroupView.Entry> entries(GroupKey group) {
        GroupView view = groups.get(group);
        return view == null ? List.of() : view.entries();
    }

    /** The groups of the scope that have members and begin with {@code prefix}: a sorted copy. */
    public SortedSet<String> groups(String scope, String prefix) {
        return names(scope, prefix, view -> true);
    }

    /** How many groups have members, of all scopes. */
    public int size() {
        return groups.size();
    }

    /** The groups of the scope that have members of this node: a sorted copy. */
    public SortedSet<String> localGroups(String scope) {
        return names(scope, "", view -> !view.local().isEmpty());
    }

    private SortedSet<String> names(String scope, String prefix, Predicate<GroupView> which) {
        TreeSet<String> found = new TreeSet<>();
        groups.forEach((key, view) -> {
            if (key.scope().equals(scope) && key.group().startsWith(prefix) && which.test(view)) {
                found.add(key.group());
            }
        });
        return found;
    }

    void change(GroupsEffect.Changed change, ActorRef<Object> process) {
        GroupKey key = change.membership().key();
        GroupView view = groups.computeIfAbsent(key, absent -> new GroupView(self));
        if (!view.change(change, process)) {
            groups.remove(key); // A group is nothing but its members.
        }
    }
}

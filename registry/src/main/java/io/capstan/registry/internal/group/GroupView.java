package io.capstan.registry.internal.group;

import io.capstan.actors.NodeId;
import io.capstan.registry.Metadata;
import io.capstan.registry.core.GroupsEffect;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * The members of one group, as this node shows them: changed by the groups' actor alone, read by everybody without a
 * lock. A change costs O(1); the first read after it copies the list, the next ones do not.
 */
public final class GroupView {
    private record Place(NodeId node, String process) {}

    /** One process in the group. */
    public record Entry(ActorRef<Object> process, NodeId node, int times, Metadata metadata) {}

    /** What is read again and again, made at the first read after a change. */
    private record Copy(
            long version,
            List<ActorRef<Object>> all,
            List<ActorRef<Object>> local,
            List<ActorRef<Object>> localOnce,
            List<ActorRef<Object>> oneOfEachOtherNode) {}

    private final NodeId self;
    private final Map<Place, Entry> members = new ConcurrentHashMap<>();

    /** Raised after each change: a copy made meanwhile is stamped with an older one, and is made again. */
    private volatile long version;

    private volatile @Nullable Copy copy;

    GroupView(NodeId self) {
        this.self = self;
    }

    /** Returns whether anybody is left. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // One writer.
    boolean change(GroupsEffect.Changed change, ActorRef<Object> ref) {
        Place place = new Place(change.node(), change.membership().process());
        if (change.after() == 0) {
            members.remove(place);
        } else {
            members.put(place, new Entry(ref, change.node(), change.after(), change.metadata()));
        }
        version++;
        return !members.isEmpty();
    }

    /** Whoever joined twice is there twice. */
    List<ActorRef<Object>> all() {
        return copy().all();
    }

    List<ActorRef<Object>> local() {
        return copy().local();
    }

    /** The members of this node, each once. */
    List<ActorRef<Object>> localOnce() {
        return copy().localOnce();
    }

    /** Of every other node that has members one of them. */
    List<ActorRef<Object>> oneOfEachOtherNode() {
        return copy().oneOfEachOtherNode();
    }

    /** A copy, in no order. */
    List<Entry> entries() {
        return List.copyOf(members.values());
    }

    private Copy copy() {
        Copy last = copy;
        if (last == null || last.version() != version) {
            last = fresh();
            copy = last;
        }
        return last;
    }

    private Copy fresh() {
        long before = version;
        List<ActorRef<Object>> all = new ArrayList<>();
        List<ActorRef<Object>> local = new ArrayList<>();
        List<ActorRef<Object>> localOnce = new ArrayList<>();
        Map<NodeId, ActorRef<Object>> others = new LinkedHashMap<>();
        for (Entry member : members.values()) {
            boolean ours = member.node().equals(self);
            for (int i = 0; i < member.times(); i++) {
                all.add(member.process());
                if (ours) {
                    local.add(member.process());
                }
            }
            if (ours) {
                localOnce.add(member.process());
            } else {
                others.putIfAbsent(member.node(), member.process());
            }
        }
        return new Copy(
                before, List.copyOf(all), List.copyOf(local), List.copyOf(localOnce), List.copyOf(others.values()));
    }
}

package io.capstan.registry.internal;

import io.capstan.actors.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * The members of one group, as this node shows them: changed by the groups' actor alone, read by everybody without a
 * lock. A change costs O(1); the first read after it copies the list, the next ones do not.
 */
final class GroupView {
    private record Place(NodeId node, String process) {}

    private record Member(ActorRef<Object> process, int times) {}

    private record Copy(long version, List<ActorRef<Object>> members) {}

    private final NodeId self;
    private final Map<Place, Member> members = new ConcurrentHashMap<>();

    /** Raised after each change: a copy made meanwhile is stamped with an older one, and is made again. */
    private volatile long version;

    private volatile @Nullable Copy all;
    private volatile @Nullable Copy local;

    GroupView(NodeId self) {
        this.self = self;
    }

    /** Returns whether anybody is left. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // One writer.
    boolean change(NodeId node, String process, ActorRef<Object> ref, int times) {
        Place place = new Place(node, process);
        if (times == 0) {
            members.remove(place);
        } else {
            members.put(place, new Member(ref, times));
        }
        version++;
        return !members.isEmpty();
    }

    /** Whoever joined twice is there twice. */
    List<ActorRef<Object>> all() {
        Copy copy = all;
        if (copy == null || copy.version() != version) {
            copy = copy(false);
            all = copy;
        }
        return copy.members();
    }

    List<ActorRef<Object>> local() {
        Copy copy = local;
        if (copy == null || copy.version() != version) {
            copy = copy(true);
            local = copy;
        }
        return copy.members();
    }

    private Copy copy(boolean localOnly) {
        long before = version;
        List<ActorRef<Object>> list = new ArrayList<>();
        members.forEach((place, member) -> {
            for (int i = 0; i < member.times() && (!localOnly || place.node().equals(self)); i++) {
                list.add(member.process());
            }
        });
        return new Copy(before, List.copyOf(list));
    }
}

package io.capstan.registry.internal.group;

import io.capstan.registry.core.GroupKey;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/** Makes the messages that a listener gets. */
public interface GroupEvents {
    /** Everybody in the group at the start. */
    Object members(GroupKey group, List<ActorRef<Object>> members);

    /** These have joined, each once for each time it is there. */
    Object joined(GroupKey group, List<ActorRef<Object>> processes);

    /** These have left, each once for each time it is there. */
    Object left(GroupKey group, List<ActorRef<Object>> processes);
}

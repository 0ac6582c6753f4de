package io.capstan.registry.internal;

import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/** Makes the messages that a listener gets. */
public interface GroupEvents {
    /** Everybody in the group at the start. */
    Object members(List<ActorRef<Object>> members);

    /** The process has joined, once. */
    Object joined(ActorRef<Object> process);

    /** The process has left, once. */
    Object left(ActorRef<Object> process);
}

package io.capstan.registry.group;

import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What a monitor of a group is told: first the members, then exactly every join and leave after them. What happens at
 * one time, as when a node goes, comes as one list.
 *
 * @param <T> of the group's messages
 */
public sealed interface GroupEvent<T> {
    /** Which group. */
    Group<T> group();

    /** Everybody in the group when the monitor began; whoever joined twice is there twice. */
    record Members<T>(Group<T> group, List<ActorRef<T>> members) implements GroupEvent<T> {}

    /** These have joined, each once for each time it is in the list. */
    record Joined<T>(Group<T> group, List<ActorRef<T>> processes) implements GroupEvent<T> {}

    /** These have left, once each: they said so, they stopped, or their node is out of reach. */
    record Left<T>(Group<T> group, List<ActorRef<T>> processes) implements GroupEvent<T> {}
}

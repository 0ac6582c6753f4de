package io.capstan.registry;

import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What a monitor of a group is told: first the members, then exactly every join and leave after them.
 *
 * @param <T> of the group's messages
 */
public sealed interface GroupEvent<T> {
    /** Which group. */
    Group<T> group();

    /** Everybody in the group when the monitor began; whoever joined twice is there twice. */
    record Members<T>(Group<T> group, List<ActorRef<T>> members) implements GroupEvent<T> {}

    /** The process has joined, once. */
    record Joined<T>(Group<T> group, ActorRef<T> process) implements GroupEvent<T> {}

    /** The process has left, once: it said so, it stopped, or its node is out of reach. */
    record Left<T>(Group<T> group, ActorRef<T> process) implements GroupEvent<T> {}
}

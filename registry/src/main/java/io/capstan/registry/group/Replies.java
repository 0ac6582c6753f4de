package io.capstan.registry.group;

import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What the members of a group replied, and why the others did not. Every member that was asked is in one of the two.
 *
 * @param replies by member
 * @param missing by member: a {@code CallFailure} that says whether it is gone or was too slow, unless the question could not be made
 * @param <T> of the group's messages
 * @param <R> of the replies
 */
public record Replies<T, R>(Map<ActorRef<T>, R> replies, Map<ActorRef<T>, Throwable> missing) {}

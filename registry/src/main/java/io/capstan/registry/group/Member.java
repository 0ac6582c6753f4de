package io.capstan.registry.group;

import io.capstan.actors.NodeId;
import io.capstan.registry.Metadata;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * One process in a group, as one node shows it.
 *
 * @param node whose process it is
 * @param times how often it has joined and not left: 1 or more
 * @param <T> of the messages
 */
public record Member<T>(ActorRef<T> process, NodeId node, int times, Metadata metadata) {}

package io.capstan.registry;

import io.capstan.actors.NodeId;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Who has a name, as one node shows it.
 *
 * @param node whose process it is
 * @param <T> of the messages
 */
public record Owner<T>(ActorRef<T> process, NodeId node, Metadata metadata) {}

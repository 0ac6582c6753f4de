package io.capstan.registry;

import io.capstan.actors.NodeId;
import io.capstan.raft.lock.FencingToken;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Who has a consistent name, possibly stale: somebody else may have it by now, in a higher epoch.
 *
 * @param node whose process it is
 * @param epoch of the ownership; no other owner of this name ever has the same
 * @param <T> of the messages
 */
public record Incumbent<T>(ActorRef<T> process, NodeId node, FencingToken epoch) {}

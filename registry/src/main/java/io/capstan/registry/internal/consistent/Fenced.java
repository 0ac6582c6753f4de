package io.capstan.registry.internal.consistent;

import io.capstan.raft.lock.FencingToken;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * A message for whoever owns the name in this epoch, and nobody else; {@link FencedSerializer} tells how it travels.
 *
 * @param taken told whether it was taken: false when the epoch is over
 */
public record Fenced(String name, FencingToken epoch, ActorRef<Boolean> taken, Object message) {}

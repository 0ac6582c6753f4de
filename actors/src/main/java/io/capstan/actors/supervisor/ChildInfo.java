package io.capstan.actors.supervisor;

import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * One child, as {@link Children#which()} tells.
 *
 * @param ref empty while it does not run
 * @param supervisor whether it is one itself
 */
public record ChildInfo(String id, Optional<ActorRef<?>> ref, ChildSpec.Restart restart, boolean supervisor) {}

package io.capstan.registry;

import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What a process is told that had a name and lost it to another owner, whom a split had hidden.
 *
 * @param name what it was
 * @param winner who has it now; empty when nobody was to keep it
 * @param <T> of the messages
 */
public record NameConflict<T>(Name<T> name, Optional<ActorRef<T>> winner) {}

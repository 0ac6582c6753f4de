package io.capstan.registry;

import org.apache.pekko.actor.typed.ActorRef;

/**
 * A name that a process has been given: when this was told, every node visible showed it.
 *
 * <p>It holds until the process stops, somebody reRegisters or unregisters the name, or a conflict after a split is
 * lost; nothing needs to be closed.
 *
 * @param id which registration, for logs: no two have the same
 * @param <T> of the messages
 */
public record Registration<T>(Name<T> name, ActorRef<T> process, String id) {}

package io.capstan.actors.process;

import io.capstan.actors.ExitReason;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * An exit signal, as a process that {@linkplain Self#trapExits traps exits} gets it.
 *
 * @param process who sent it: the linked process that is gone, or whoever asked for the exit; dead letters if nobody
 */
public record Exit(ActorRef<?> process, ExitReason reason) {}

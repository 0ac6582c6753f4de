package io.capstan.actors.process;

import io.capstan.actors.ExitReason;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * A monitored process is gone, or out of reach: the one and only word of its monitor.
 *
 * @param ref which monitor says so
 */
public record Down(MonitorRef ref, ActorRef<?> process, ExitReason reason) {}

package io.capstan.actors.process;

import org.apache.pekko.actor.typed.ActorRef;

/**
 * One monitor: of one process, by one watcher, told once. Two monitors of one process are two references. Made by
 * {@link Self#monitor} and {@link Processes#monitor}, and not to be implemented by others.
 */
public interface MonitorRef {
    /** Whom it watches. */
    ActorRef<?> process();

    /**
     * Ends it: its {@link Down} is not told any more, also when it lies in the watcher's mailbox already (Erlang's
     * {@code demonitor} with {@code flush}). Idempotent.
     *
     * @return false when the Down had been handled before
     */
    boolean demonitor();
}

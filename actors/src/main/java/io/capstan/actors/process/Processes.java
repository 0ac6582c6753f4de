package io.capstan.actors.process;

import io.capstan.actors.ExitReason;
import io.capstan.actors.internal.process.ProcessTable;
import io.capstan.actors.internal.process.RunningProcess;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;

/**
 * Actors as Erlang's processes: with exit reasons, monitors, links. A process is an actor in every other respect, and
 * talks with those that are not processes: these can be monitored and linked too, and end for the reason
 * {@code STOPPED}.
 */
public final class Processes {
    private Processes() {}

    /**
     * A process, as {@code Behaviors.setup} makes an actor. It is the outermost layer of its behavior, and Pekko's
     * {@code Behaviors.supervise} stands within it: what restarts within is no end, as the reference stays the same.
     */
    public static <T> Behavior<T> setup(Function<Self<T>, Behavior<T>> body) {
        return RunningProcess.behavior(body);
    }

    /** Any behavior as a process: its exit reasons are full, and exit signals end it. */
    public static <T> Behavior<T> of(Behavior<T> behavior) {
        return RunningProcess.behavior(self -> behavior);
    }

    /**
     * As {@link Self#monitor}, for those that are no processes.
     *
     * @param listener called once, on the thread that learns of the end: it hands over and returns. After
     *     {@link MonitorRef#demonitor()} it is not called any more
     */
    public static MonitorRef monitor(ActorSystem<?> system, ActorRef<?> process, Consumer<Down> listener) {
        return ProcessTable.get(system).monitor(process, listener);
    }

    /** As {@link Self#exit(ActorRef, ExitReason)}, for those that are no processes. */
    public static void exit(ActorSystem<?> system, ActorRef<?> process, ExitReason reason) {
        ProcessTable.get(system).exit(system.deadLetters(), process, reason);
    }

    /** Ends a process, trapping exits or not, for the reason {@code KILLED}. A handler that runs is not interrupted. */
    public static void kill(ActorSystem<?> system, ActorRef<?> process) {
        exit(system, process, ExitReason.KILLED);
    }
}

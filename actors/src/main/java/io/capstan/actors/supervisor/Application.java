package io.capstan.actors.supervisor;

import io.capstan.actors.internal.supervisor.RunningApplication;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;

/**
 * A tree of supervisors that starts and stops with its actor system: Erlang's application.
 *
 * <p>It stops in order, from its leaves, in Pekko's Coordinated Shutdown, phase {@code service-stop}: before the node
 * leaves its cluster. The phase's own timeout ({@code pekko.coordinated-shutdown.phases.service-stop.timeout}, 5 s unless
 * set) limits it; a tree whose children need longer wants a longer one.
 *
 * <p>Thread-safe.
 */
public interface Application {
    /** The supervisor at its top. */
    ActorRef<Supervisor.Command> top();

    /** The children of the supervisor at its top, with {@code deadline} for each request. */
    default Children children(Duration deadline) {
        return Children.of(top(), deadline);
    }

    /** Stops it in order, and only it. Completes when nothing of it is left; idempotent. */
    CompletionStage<Done> stop();

    /**
     * Starts an application that the system cannot do without: when its top gives up, the whole system is shut down.
     *
     * @param name of the actor at the top; one application of this name per system
     * @return completes when all children have started; fails with a {@link SupervisorFailure} of kind
     *     {@code FAILED_TO_START} when one has not, and then nothing of it is left
     * @throws io.capstan.actors.StoppingFailure when the system is ending, and nothing was started
     * @throws org.apache.pekko.actor.InvalidActorNameException when another has the name, or it is no name in Pekko
     */
    static CompletionStage<Application> permanent(
            ActorSystem<?> system, String name, Behavior<Supervisor.Command> top) {
        return RunningApplication.start(system, name, top, true);
    }

    /** As {@link #permanent}, but its end is only written to the log. */
    static CompletionStage<Application> temporary(
            ActorSystem<?> system, String name, Behavior<Supervisor.Command> top) {
        return RunningApplication.start(system, name, top, false);
    }
}

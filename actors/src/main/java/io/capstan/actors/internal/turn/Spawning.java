package io.capstan.actors.internal.turn;

import io.capstan.actors.StoppingFailure;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;

/** Starts actors that stand below the system itself. */
public final class Spawning {
    private Spawning() {}

    /**
     * Starts one.
     *
     * @throws StoppingFailure when the system is ending, which Pekko takes for a bug of whoever asks for an actor
     */
    public static <T> ActorRef<T> below(ActorSystem<?> system, Behavior<T> behavior, String name, Props props) {
        return unlessEnding(system.name(), name, () -> system.systemActorOf(behavior, name, props));
    }

    /** The same of whatever way Pekko has to start one. */
    public static <R> R unlessEnding(String system, String name, Supplier<R> start) {
        try {
            return start.get();
        } catch (IllegalStateException ending) { // A name that is taken is another exception.
            throw new StoppingFailure("nothing is started any more, " + name + " neither: the system " + system
                    + " has ended or is about to");
        }
    }
}

package io.capstan.actors.process;

import io.capstan.actors.ExitReason;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * What a process can do beyond an actor: Erlang's {@code self()}. Given by {@link Processes#setup}; not to be implemented
 * by others.
 *
 * <p>For the process's own thread only, as its {@link #context()}.
 *
 * @param <T> the process's messages
 */
public interface Self<T> {
    /** The actor's context. */
    ActorContext<T> context();

    /** This process. */
    default ActorRef<T> ref() {
        return context().getSelf();
    }

    /**
     * Watches {@code process}, on this node or another: {@code message} makes the message that tells of its end. Told
     * exactly once, at once if it is gone already; any number of monitors may watch one process, and each is told. They
     * end with their watcher.
     *
     * <p>On one node, the message comes behind everything the process sent. From another node a message may come behind
     * the news of its sender's end; only a {@link io.capstan.actors.Call} orders the two.
     *
     * @throws IllegalStateException when the process is remote and this system has no {@link io.capstan.actors.Node}
     */
    MonitorRef monitor(ActorRef<?> process, Function<Down, ? extends T> message);

    /**
     * Ties the two together: when one ends for any reason but {@code NORMAL}, so does the other, for the same reason,
     * unless it {@linkplain #trapExits traps exits}. Linking twice is linking once. Who links to a process that is not
     * there gets the exit signal {@code NOPROC}; whose peer's node is out of reach, {@code NOCONNECTION}.
     *
     * @throws IllegalStateException as {@link #monitor}
     */
    void link(ActorRef<?> process);

    /** Ends the link, from both sides. An exit signal of it that is not handled yet is dropped. Idempotent. */
    void unlink(ActorRef<?> process);

    /**
     * Starts a child, linked from the beginning: Erlang's {@code spawn_link}. However soon it ends, its reason is known;
     * with a {@link #link} after a spawn it might be {@code NOPROC} by then.
     */
    <C> ActorRef<C> spawnLink(Behavior<C> behavior, String name);

    /** As {@link #spawnLink(Behavior, String)}, without a name of its own. */
    <C> ActorRef<C> spawnLink(Behavior<C> behavior);

    /** From now on exit signals come as messages, made by {@code message}; only a kill still ends this process. */
    void trapExits(Function<Exit, ? extends T> message);

    /**
     * Sends an exit signal. Whoever does not trap exits ends for that reason, before it handles what still waits for it;
     * {@code NORMAL} ends nobody but oneself; {@code KILLED} ends everybody. A handler that runs is not interrupted.
     */
    void exit(ActorRef<?> process, ExitReason reason);

    /** Ends this process for a reason: what a handler returns. */
    Behavior<T> exit(ExitReason reason);

    /**
     * Handles {@code message} after the handler that runs now (or the start), and before anything else: Erlang's
     * {@code handle_continue}. Several are handled in order.
     */
    void next(T message);
}

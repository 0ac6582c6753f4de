package io.capstan.actors.supervisor;

import io.capstan.actors.CallFailure;
import io.capstan.actors.internal.supervisor.RunningTask;
import io.capstan.actors.process.Self;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * A piece of work with a result, as a process of its own: Elixir's {@code Task}. The work runs on Pekko's dispatcher for
 * blocking work, so it may block.
 *
 * <p>Whoever is an actor hands the result to itself with {@code context.pipeToSelf(task.result(), …)}; others may wait
 * for it as for any stage. Thread-safe.
 *
 * @param <T> the result
 */
public interface Task<T> {
    /** The process: to monitor, to link. It ends {@code NORMAL} with a result, and crashes with the work's exception. */
    ActorRef<?> process();

    /**
     * The result. Fails with the work's own exception; with a {@link CallFailure} of kind {@code STOPPED}, outcome
     * unknown, when the task was cancelled or ended with its owner.
     */
    CompletionStage<T> result();

    /** Ends it, whatever it is at: the thread that does the work is interrupted. Does nothing when it is done. */
    void cancel();

    /** A task linked to {@code owner}: whichever fails takes the other along. */
    static <T> Task<T> async(Self<?> owner, Callable<T> work) {
        RunningTask<T> task = new RunningTask<>(owner.context().getSystem(), work);
        return task.as(owner.spawnLink(task.behavior()));
    }

    /**
     * A task of nobody's. Erlang would say: spawned.
     *
     * @throws io.capstan.actors.StoppingFailure when the system is ending, and the work is not done
     */
    static <T> Task<T> start(ActorSystem<?> system, Callable<T> work) {
        RunningTask<T> task = new RunningTask<>(system, work);
        return task.as(RunningTask.spawn(system, task.behavior()));
    }

    /**
     * A task below a supervisor, best a {@linkplain Supervisor#dynamic dynamic} one: stopped
     * with it, limited in number by it, and not linked to whoever asked.
     *
     * @return completes when it has started; fails as {@link Children#start}, and then the work is not done
     */
    static <T> CompletionStage<Task<T>> under(Children supervisor, String id, ActorSystem<?> system, Callable<T> work) {
        RunningTask<T> task = new RunningTask<>(system, work);
        return supervisor.start(ChildSpec.temporary(id, task::behavior)).thenApply(task::as);
    }
}

package io.capstan.actors.internal.supervisor;

import io.capstan.actors.CallFailure;
import io.capstan.actors.ExitReason;
import io.capstan.actors.Failure;
import io.capstan.actors.internal.process.ProcessTable;
import io.capstan.actors.internal.process.RunningProcess;
import io.capstan.actors.internal.turn.Spawning;
import io.capstan.actors.process.Self;
import io.capstan.actors.supervisor.Task;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/** One task. The process waits for the work, which runs beside it, and takes it along when it ends before. */
public final class RunningTask<T> implements Task<T> {
    private static final AtomicLong COUNT = new AtomicLong();

    private final ActorSystem<?> system;
    private final Callable<T> work;
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private volatile @Nullable ActorRef<?> process;

    /** The work is done, or failed. */
    private record Done(@Nullable Throwable failure) {}

    public RunningTask(ActorSystem<?> system, Callable<T> work) {
        this.system = system;
        this.work = work;
    }

    /** The task, once its process is known. */
    public Task<T> as(ActorRef<?> spawned) {
        process = spawned;
        return this;
    }

    /** Spawns a task's process below the system itself. */
    public static ActorRef<?> spawn(ActorSystem<?> system, Behavior<?> task) {
        return Spawning.below(system, task, "task-" + COUNT.incrementAndGet(), Props.empty());
    }

    /** Of its process, which runs once. */
    public Behavior<Object> behavior() {
        FutureTask<T> run = new FutureTask<>(work);
        return RunningProcess.behavior(self -> begin(self, run), reason -> {
            run.cancel(true);
            result.completeExceptionally(new CallFailure(
                    CallFailure.Kind.STOPPED,
                    Failure.Next.OUTCOME_UNKNOWN,
                    reason,
                    "the task ended before its work was done: " + reason));
        });
    }

    private Behavior<Object> begin(Self<Object> self, FutureTask<T> run) {
        ActorRef<Object> me = self.ref();
        Executor executor = system.dispatchers().lookup(DispatcherSelector.blocking());
        executor.execute(() -> {
            run.run();
            me.tell(new Done(outcome(run)));
        });
        return Behaviors.receive(Object.class)
                .onMessage(Done.class, done -> {
                    if (done.failure() == null) {
                        return Behaviors.stopped();
                    }
                    return self.exit(ExitReason.crashed(done.failure()));
                })
                .build();
    }

    /** Passes the result on; returns why there is none. */
    private @Nullable Throwable outcome(FutureTask<T> run) {
        try {
            result.complete(run.get());
            return null;
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            result.completeExceptionally(cause);
            return cause;
        } catch (CancellationException e) {
            // Its process has ended, and says why.
            return e;
        } catch (InterruptedException e) {
            throw new AssertionError("a task that has run is not waited for", e);
        }
    }

    @Override
    public ActorRef<?> process() {
        return Objects.requireNonNull(process);
    }

    @Override
    public CompletionStage<T> result() {
        return result.minimalCompletionStage();
    }

    @Override
    public void cancel() {
        ProcessTable.get(system).exit(system.deadLetters(), process(), ExitReason.KILLED);
    }
}

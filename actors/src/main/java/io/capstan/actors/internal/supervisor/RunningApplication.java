package io.capstan.actors.internal.supervisor;

import io.capstan.actors.Call;
import io.capstan.actors.ExitReason;
import io.capstan.actors.internal.process.ProcessTable;
import io.capstan.actors.internal.process.RunningProcess;
import io.capstan.actors.internal.turn.Spawning;
import io.capstan.actors.supervisor.Application;
import io.capstan.actors.supervisor.Supervisor;
import io.capstan.actors.supervisor.SupervisorFailure;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One application, from its start to its end. Thread-safe. */
public final class RunningApplication implements Application {
    private static final Logger log = LoggerFactory.getLogger(RunningApplication.class);
    // A start has no deadline of its own: each child's start is its own business. A call wants one.
    private static final Duration LONG = Duration.ofDays(20);

    /** Why the system stops: the end of an application that it cannot do without. */
    private record EndOfApplication(String name, ExitReason why) implements CoordinatedShutdown.Reason {}

    private final ActorSystem<?> system;
    private final ActorRef<Supervisor.Command> top;
    private final CompletableFuture<ExitReason> end;
    private volatile boolean stopping;

    private RunningApplication(
            ActorSystem<?> system, ActorRef<Supervisor.Command> top, CompletableFuture<ExitReason> end) {
        this.system = system;
        this.top = top;
        this.end = end;
    }

    /** As {@link Application#permanent} says, or {@link Application#temporary}. */
    public static CompletionStage<Application> start(
            ActorSystem<?> system, String name, Behavior<Supervisor.Command> behavior, boolean permanent) {
        var end = new CompletableFuture<ExitReason>();
        // No monitor: it would come too late for a top that ends within its start, and not know why it did.
        ActorRef<Supervisor.Command> top =
                Spawning.below(system, RunningProcess.behavior(same -> behavior, end::complete), name, Props.empty());
        var application = new RunningApplication(system, top, end);
        // Answered when everything before it is done, the start of all children first of all.
        return Call.<Supervisor.Command, Object>to(
                        top, replyTo -> new Request.Announce(Done.getInstance(), replyTo), LONG)
                .<Application>thenApply(done -> application)
                .exceptionallyCompose(gone -> end.thenApply(reason -> {
                    throw new SupervisorFailure(
                            SupervisorFailure.Kind.FAILED_TO_START,
                            reason,
                            "application " + name + " did not start: " + reason);
                }))
                .whenComplete((running, failure) -> {
                    if (failure == null) {
                        application.runs(name, permanent);
                    }
                });
    }

    private void runs(String name, boolean permanent) {
        CoordinatedShutdown shutdown = CoordinatedShutdown.get(Adapter.toClassic(system));
        Cancellable task = shutdown.addCancellableTask(
                CoordinatedShutdown.PhaseServiceStop(), "stop-application-" + name, this::stop);
        end.minimalCompletionStage().thenAccept(reason -> {
            // Or every application that ever ran would be remembered until the system stops.
            task.cancel();
            if (stopping) {
                return;
            }
            log.error("application {} has ended: {}{}", name, reason, permanent ? "; its system stops" : "");
            if (permanent) {
                shutdown.runAll(new EndOfApplication(name, reason));
            }
        });
    }

    @Override
    public ActorRef<Supervisor.Command> top() {
        return top;
    }

    @Override
    public CompletionStage<Done> stop() {
        stopping = true;
        ProcessTable.get(system).exit(system.deadLetters(), top, ExitReason.SHUTDOWN);
        return end.thenApply(reason -> Done.getInstance());
    }
}

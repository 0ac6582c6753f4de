package io.capstan.actors.supervisor;

import io.capstan.actors.Call;
import io.capstan.actors.internal.supervisor.Answer;
import io.capstan.actors.internal.supervisor.Request;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The children of one supervisor of this node: to look at, to add to, to stop.
 *
 * <p>A supervisor does one thing after the other, so an answer waits for what is under way. All stages fail with a
 * {@link SupervisorFailure}, and then nothing was done, unless its kind says so; or with a {@link
 * io.capstan.actors.CallFailure} when the supervisor ends or the deadline passes, and then it may be done yet. Thread-safe.
 *
 * @param supervisor whose
 * @param deadline of each request, as of every {@link io.capstan.actors.Call}
 */
public record Children(ActorRef<Supervisor.Command> supervisor, Duration deadline) {
    /**
     * One child, as {@link #which()} tells.
     *
     * @param ref empty while it does not run
     * @param supervisor whether it is one itself
     */
    public record Info(String id, Optional<ActorRef<?>> ref, ChildSpec.Restart restart, boolean supervisor) {}

    /**
     * How many children there are, as {@link #count()} tells.
     *
     * @param specs all, running or not
     * @param active those that run
     * @param supervisors those that are supervisors, running or not
     * @param workers the others, running or not
     */
    public record Count(int specs, int active, int supervisors, int workers) {}

    /** Those of {@code supervisor}, with {@code deadline} for each request. */
    public static Children of(ActorRef<Supervisor.Command> supervisor, Duration deadline) {
        return new Children(supervisor, deadline);
    }

    /** Starts one more child, behind all others; completes when it has started. */
    public <T> CompletionStage<ActorRef<T>> start(ChildSpec<T> child) {
        return this.<ActorRef<T>>ask(reply -> new Request.Start(child, reply.unsafeUpcast()));
    }

    /** Starts a child that was terminated or came to its end. */
    public CompletionStage<ActorRef<?>> restart(String id) {
        return ask(reply -> new Request.Restart(id, reply.unsafeUpcast()));
    }

    /** Stops a child as its specification says, and keeps the specification unless the child is temporary. */
    public CompletionStage<Void> terminate(String id) {
        return this.<Boolean>ask(reply -> new Request.Terminate(id, null, reply.unsafeUpcast()))
                .thenAccept(done -> {});
    }

    /** As {@link #terminate(String)}; the way for children of a dynamic supervisor, which keeps nothing of them. */
    public CompletionStage<Void> terminate(ActorRef<?> child) {
        return this.<Boolean>ask(reply -> new Request.Terminate("", child, reply.unsafeUpcast()))
                .thenAccept(done -> {});
    }

    /** Forgets a child that does not run. */
    public CompletionStage<Void> delete(String id) {
        return this.<Boolean>ask(reply -> new Request.Delete(id, reply.unsafeUpcast()))
                .thenAccept(done -> {});
    }

    /** All children, in the order of their start. */
    public CompletionStage<List<Info>> which() {
        return ask(reply -> new Request.Which(reply.unsafeUpcast()));
    }

    /** How many there are. */
    public CompletionStage<Count> count() {
        return ask(reply -> new Request.Count(reply.unsafeUpcast()));
    }

    private <R> CompletionStage<R> ask(Function<ActorRef<Answer<R>>, Supervisor.Command> request) {
        return Call.<Supervisor.Command, Answer<R>>to(supervisor, request, deadline)
                .thenApply(Answer::get);
    }
}

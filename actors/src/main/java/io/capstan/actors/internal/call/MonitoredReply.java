package io.capstan.actors.internal.call;

import io.capstan.actors.CallFailure;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.InternalActorRef;
import org.apache.pekko.actor.Terminated;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.dispatch.sysmsg.Unwatch;
import org.apache.pekko.dispatch.sysmsg.Watch;
import org.apache.pekko.pattern.PromiseActorRef;
import org.apache.pekko.util.Timeout;
import scala.jdk.javaapi.FutureConverters;

/**
 * One call. The reply reference is the one of Pekko's own ask; it takes the notice of a watched actor's end as a reply,
 * which is how Pekko's graceful stop waits too. So a call costs no actor.
 */
public final class MonitoredReply {
    private MonitoredReply() {}

    /** As {@link io.capstan.actors.Call#to} says. */
    public static <M, R> CompletionStage<R> call(
            ActorRef<M> target, Function<ActorRef<R>, ? extends M> message, Duration deadline) {
        InternalActorRef process = (InternalActorRef) Adapter.toClassic(target);
        PromiseActorRef reply = PromiseActorRef.apply(
                process.provider(),
                Timeout.create(deadline),
                process,
                "call",
                "call",
                org.apache.pekko.actor.ActorRef.noSender(),
                pattern -> new CallFailure(
                        CallFailure.Kind.TIMEOUT,
                        "no reply from " + process.path() + " within " + deadline.toMillis() + " ms"));
        CompletableFuture<R> outcome = new CompletableFuture<>();
        FutureConverters.asJava(reply.result().future()).whenComplete((answer, failure) -> {
            if (process.isLocal()) {
                process.sendSystemMessage(new Unwatch(process, reply));
            }
            complete(process, outcome, answer, failure);
        });
        if (process.isLocal()) {
            // Before the request, so that a target alive now is told apart from one long gone.
            process.sendSystemMessage(new Watch(process, reply));
        }
        target.tell(message.apply(Adapter.toTyped(reply)));
        return outcome;
    }

    @SuppressWarnings("unchecked")
    private static <R> void complete(
            InternalActorRef process, CompletableFuture<R> outcome, Object answer, Throwable failure) {
        if (failure != null) {
            outcome.completeExceptionally(failure);
        } else if (answer instanceof Terminated end && end.getActor().equals(process)) {
            outcome.completeExceptionally(
                    end.existenceConfirmed()
                            ? new CallFailure(CallFailure.Kind.STOPPED, process.path() + " stopped before it replied")
                            : new CallFailure(CallFailure.Kind.NOPROC, process.path() + " is not there"));
        } else {
            // The reply reference that the target was given takes only R; a wrong one is the target's unchecked cast.
            outcome.complete((R) answer);
        }
    }
}

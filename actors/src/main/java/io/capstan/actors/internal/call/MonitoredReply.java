package io.capstan.actors.internal.call;

import io.capstan.actors.CallFailure;
import io.capstan.actors.ExitReason;
import io.capstan.actors.Failure;
import io.capstan.actors.StoppingFailure;
import io.capstan.actors.internal.process.CallDown;
import io.capstan.actors.internal.process.CallMonitor;
import io.capstan.actors.internal.process.ProcessTable;
import io.capstan.actors.process.Down;
import io.capstan.actors.process.MonitorRef;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.ActorRefWithCell;
import org.apache.pekko.actor.InternalActorRef;
import org.apache.pekko.actor.Status;
import org.apache.pekko.actor.Terminated;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.dispatch.ExecutionContexts;
import org.apache.pekko.dispatch.sysmsg.Unwatch;
import org.apache.pekko.dispatch.sysmsg.Watch;
import org.apache.pekko.pattern.PromiseActorRef;
import org.apache.pekko.util.Timeout;
import org.jspecify.annotations.Nullable;
import scala.concurrent.ExecutionContext;
import scala.util.Try;

/**
 * One call. The reply reference is the one of Pekko's own ask; the news of the target's end comes to it as a reply, and
 * the first of the two counts. So a call costs no actor.
 */
public final class MonitoredReply<R> {
    private static final ExecutionContext HERE = ExecutionContexts.fromExecutor(Runnable::run);

    private final InternalActorRef process;
    private final PromiseActorRef reply;
    private final CompletableFuture<R> outcome = new CompletableFuture<>();

    private MonitoredReply(InternalActorRef process, Duration deadline) {
        this.process = process;
        this.reply = PromiseActorRef.apply(
                process.provider(),
                Timeout.create(deadline),
                process,
                "call",
                "call",
                org.apache.pekko.actor.ActorRef.noSender(),
                pattern -> failure(
                        CallFailure.Kind.TIMEOUT,
                        null,
                        "no reply from " + process.path() + " within " + deadline.toMillis() + " ms"));
    }

    /** As {@link io.capstan.actors.Call#to} says. */
    public static <M, R> CompletionStage<R> call(
            ActorRef<M> target, Function<ActorRef<R>, ? extends M> message, Duration deadline) {
        InternalActorRef process = (InternalActorRef) Adapter.toClassic(target);
        ProcessTable table;
        MonitoredReply<R> call;
        try {
            table = ProcessTable.get(Adapter.toTyped(system(process)));
            if (!process.isLocal() && table.meetsOthers() && !table.linked(target)) {
                // Nothing is sent: once it is, nobody can tell whether it arrived.
                return CompletableFuture.failedFuture(new CallFailure(
                        CallFailure.Kind.NOCONNECTION,
                        Failure.Next.RETRY,
                        ExitReason.NOCONNECTION,
                        process.path() + " is out of reach: no link to its node stands"));
            }
            call = new MonitoredReply<>(process, deadline);
        } catch (StoppingFailure | IllegalStateException ending) {
            // The latter is Pekko's, when it has no timer for the deadline any more.
            return CompletableFuture.failedFuture(unasked(process));
        }
        call.watch(table, target);
        try {
            target.tell(message.apply(Adapter.toTyped(call.reply)));
        } catch (RuntimeException e) {
            // No request was made: its caller is to hear of that, and nobody to wait for a reply.
            call.reply.tell(new Status.Failure(e), org.apache.pekko.actor.ActorRef.noSender());
        }
        return call.outcome;
    }

    private static org.apache.pekko.actor.ActorSystem system(InternalActorRef process) {
        return ((ActorRefWithCell) process.provider().rootGuardian())
                .underlying()
                .system();
    }

    /** Before the request leaves, so that a target alive now is told apart from one long gone. */
    private void watch(ProcessTable table, ActorRef<?> target) {
        Consumer<Down> toMyself =
                down -> reply.tell(new CallDown(down.reason()), org.apache.pekko.actor.ActorRef.noSender());
        boolean local = process.isLocal();
        MonitorRef standing = monitor(table, target, toMyself);
        boolean byPekko = local && standing == null;
        // Not Scala's view of it as a stage: that passes through another pool, at seven times the cost of the whole
        // call.
        reply.result()
                .future()
                .onComplete(
                        result -> {
                            if (byPekko) {
                                process.sendSystemMessage(new Unwatch(process, reply));
                            } else if (standing != null) {
                                standing.demonitor();
                            }
                            complete(table, standing, result);
                            return null;
                        },
                        HERE);
        if (byPekko && ProcessTable.gone(target)) {
            reply.tell(new CallDown(ExitReason.NOPROC), org.apache.pekko.actor.ActorRef.noSender());
        } else if (byPekko) {
            process.sendSystemMessage(new Watch(process, reply));
        }
    }

    private @Nullable MonitorRef monitor(ProcessTable table, ActorRef<?> target, Consumer<Down> toMyself) {
        if (process.isLocal()) {
            return table.monitorForCall(target, toMyself);
        }
        return table.meetsOthers() ? table.monitorForCall(target, Adapter.toTyped(reply), toMyself) : null;
    }

    @SuppressWarnings("unchecked")
    private void complete(ProcessTable table, @Nullable MonitorRef standing, Try<Object> result) {
        if (result.isFailure()) {
            outcome.completeExceptionally(result.failed().get());
            return;
        }
        Object answer = result.get();
        if (answer instanceof CallDown down) {
            ExitReason told = down.reason();
            outcome.completeExceptionally(gone(standing instanceof CallMonitor remote ? remote.reason(told) : told));
        } else if (answer instanceof Terminated end && end.getActor().equals(process)) {
            // A process that had not even started when it was called: it may have told why all the same.
            ExitReason last = end.existenceConfirmed() ? table.lastWord(Adapter.toTyped(process)) : null;
            ExitReason plain = end.existenceConfirmed() ? ExitReason.STOPPED : ExitReason.NOPROC;
            outcome.completeExceptionally(gone(last == null ? plain : last));
        } else {
            // The reply reference that the target was given takes only R; a wrong one is the target's unchecked cast.
            outcome.complete((R) answer);
        }
    }

    /** The system that would ask has ended, and with it the target when it lived here. */
    private static CallFailure unasked(InternalActorRef process) {
        return process.isLocal()
                ? new CallFailure(
                        CallFailure.Kind.NOPROC,
                        Failure.Next.DO_NOT_RETRY,
                        ExitReason.NOPROC,
                        process.path() + " is not there: its system has ended")
                : new CallFailure(
                        CallFailure.Kind.NOCONNECTION,
                        Failure.Next.DO_NOT_RETRY,
                        ExitReason.NOCONNECTION,
                        process.path() + " was not asked: the system here has ended");
    }

    private CallFailure gone(ExitReason reason) {
        return switch (reason.kind()) {
            case NOPROC -> failure(CallFailure.Kind.NOPROC, reason, process.path() + " is not there");
            case NOCONNECTION ->
                failure(CallFailure.Kind.NOCONNECTION, reason, process.path() + " went out of reach before it replied");
            default ->
                failure(CallFailure.Kind.STOPPED, reason, process.path() + " ended before it replied: " + reason);
        };
    }

    private CallFailure failure(CallFailure.Kind kind, @Nullable ExitReason reason, String message) {
        // Whether a remote target was gone before the request came there, only its own node could tell, and it cannot
        // either: watch and request travel on different ways.
        boolean nothingDone = kind == CallFailure.Kind.NOPROC && process.isLocal();
        return new CallFailure(
                kind, nothingDone ? Failure.Next.DO_NOT_RETRY : Failure.Next.OUTCOME_UNKNOWN, reason, message);
    }
}

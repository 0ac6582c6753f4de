package io.capstan.actors;

import io.capstan.actors.internal.call.MonitoredReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * A request with a reply that knows when its server is gone: Erlang's {@code gen_server:call}.
 *
 * <p>The target is monitored for as long as the call waits, on this node or another, so that its end is known at once and
 * not at the deadline. A process of another node that is called again and again is watched once for all these calls. The
 * news of its end goes to the call's own reply reference, the way that replies go, behind whatever the target sent there
 * before: it never overtakes a reply.
 *
 * <p>A target may reply whenever it likes, and from wherever it hands the reply reference to; but its own end ends the
 * call. A request without a reply is a tell.
 *
 * <p>In a program without a {@link Node} a remote target is not monitored: there only the deadline ends the wait.
 */
public final class Call {
    private Call() {}

    /**
     * Sends what {@code message} makes of the reply reference to {@code target}, and waits for the one reply.
     *
     * @param message called once, by the caller itself, unless the target is known to be out of reach
     * @param deadline from now; always explicit, at least 1 ms and at most about 248 days, as far as Pekko's scheduler counts
     * @return the reply, or a {@link CallFailure}, or what {@code message} threw; completed on one of Pekko's threads: do not
     *     block it
     * @throws IllegalArgumentException when there cannot be such a deadline; nothing was sent
     */
    public static <M, R> CompletionStage<R> to(
            ActorRef<M> target, Function<ActorRef<R>, ? extends M> message, Duration deadline) {
        if (deadline.toMillis() < 1) {
            throw new IllegalArgumentException("a call's deadline is at least 1 ms, got " + deadline);
        }
        return MonitoredReply.call(target, message, deadline);
    }

    /**
     * Calls each of {@code targets} once, all at once, and waits for all outcomes: Erlang's {@code multi_call}.
     *
     * @param deadline for each, as for {@link #to}
     * @return never fails; whoever does not reply is among the failures, and keeps nobody waiting when it is gone
     */
    public static <M, R> CompletionStage<CallReplies<M, R>> toAll(
            Collection<ActorRef<M>> targets, Function<ActorRef<R>, ? extends M> message, Duration deadline) {
        Map<ActorRef<M>, R> replies = new ConcurrentHashMap<>();
        Map<ActorRef<M>, Throwable> failures = new ConcurrentHashMap<>();
        List<CompletableFuture<?>> outcomes = new ArrayList<>();
        for (ActorRef<M> target : new LinkedHashSet<>(targets)) {
            outcomes.add(Call.<M, R>to(target, message, deadline)
                    .handle((reply, failure) ->
                            failure == null ? replies.put(target, reply) : failures.put(target, Failure.cause(failure)))
                    .toCompletableFuture());
        }
        return CompletableFuture.allOf(outcomes.toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> new CallReplies<>(replies, failures));
    }
}

package io.capstan.actors;

import io.capstan.actors.internal.call.MonitoredReply;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * A request with a reply that knows when its server is gone: Erlang's {@code gen_server:call}.
 *
 * <p>A target on this node is monitored for as long as the call waits, so that its end is known at once and not at the
 * deadline. The news of its end goes to the call's own reply reference, behind whatever the target sent there before:
 * it never overtakes a reply. A target on another node is not monitored yet: there only the deadline ends the wait.
 */
public final class Call {
    private Call() {}

    /**
     * Sends what {@code message} makes of the reply reference to {@code target}, and waits for the one reply.
     *
     * @param deadline from now; always explicit, at least 1 ms
     * @return the reply, or a {@link CallFailure}; completed on one of Pekko's threads: do not block it
     */
    public static <M, R> CompletionStage<R> to(
            ActorRef<M> target, Function<ActorRef<R>, ? extends M> message, Duration deadline) {
        if (deadline.toMillis() < 1) {
            throw new IllegalArgumentException("a call's deadline is at least 1 ms, got " + deadline);
        }
        return MonitoredReply.call(target, message, deadline);
    }
}

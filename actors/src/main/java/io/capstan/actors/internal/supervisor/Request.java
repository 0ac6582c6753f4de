package io.capstan.actors.internal.supervisor;

import io.capstan.actors.supervisor.ChildSpec;
import io.capstan.actors.supervisor.Supervisor;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** What {@link io.capstan.actors.supervisor.Children} asks; all are answered with an {@link Answer}. */
public sealed interface Request extends Supervisor.Command {
    ActorRef<Object> replyTo();

    /** Starts one more child. */
    record Start(ChildSpec<?> child, ActorRef<Object> replyTo) implements Request {}

    /** Starts a child again that does not run. */
    record Restart(String id, ActorRef<Object> replyTo) implements Request {}

    /** Stops a child, given by its reference or else by its id. */
    record Terminate(String id, @Nullable ActorRef<?> child, ActorRef<Object> replyTo) implements Request {}

    /** Forgets a child that does not run. */
    record Delete(String id, ActorRef<Object> replyTo) implements Request {}

    /** Lists all children. */
    record Which(ActorRef<Object> replyTo) implements Request {}

    /** Counts all children. */
    record Count(ActorRef<Object> replyTo) implements Request {}

    /** Not from outside: tells {@code news} when everything asked before is done, the own start first of all. */
    record Announce(Object news, ActorRef<Object> replyTo) implements Request {}
}

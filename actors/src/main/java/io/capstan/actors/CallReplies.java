package io.capstan.actors;

import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What came of a call to many: each target is in exactly one of the two.
 *
 * @param replies of those that replied
 * @param failures of those that did not; a {@link CallFailure}, unless the request could not be made
 */
public record CallReplies<M, R>(Map<ActorRef<M>, R> replies, Map<ActorRef<M>, Throwable> failures) {
    public CallReplies {
        replies = Map.copyOf(replies);
        failures = Map.copyOf(failures);
    }
}

package io.capstan.actors.health;

import io.capstan.actors.Health;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.ActorSystem;

/** Whether the node of a system serves: a readiness check, with the reasons in its failure when it does not. Thread-safe. */
public final class Ready extends HealthCheck {
    /** Made by Pekko Management. */
    public Ready(ActorSystem system) {
        super(system, Health::ready);
    }

    @Override
    CompletionStage<Boolean> withoutNode() {
        return failed("this system has no Capstan node yet");
    }
}

package io.capstan.actors.health;

import io.capstan.actors.Health;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.ActorSystem;

/** Whether the node of a system need not be started again: a liveness check. A system without a node lives. Thread-safe. */
public final class Alive extends HealthCheck {
    /** Made by Pekko Management. */
    public Alive(ActorSystem system) {
        super(system, Health::alive);
    }

    @Override
    CompletionStage<Boolean> withoutNode() {
        return CompletableFuture.completedStage(true);
    }
}

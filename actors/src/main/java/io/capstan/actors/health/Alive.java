package io.capstan.actors.health;

import io.capstan.actors.Health;
import io.capstan.actors.Node;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/** Whether the node of a system need not be started again: a liveness check. A system without a node lives. Thread-safe. */
public final class Alive implements Supplier<CompletionStage<Boolean>> {
    private final ActorSystem system;

    /** Made by Pekko Management. */
    public Alive(ActorSystem system) {
        this.system = system;
    }

    @Override
    public CompletionStage<Boolean> get() {
        return Node.find(Adapter.toTyped(system))
                .map(node -> {
                    Health health = node.health();
                    return Ready.told(health.alive(), health);
                })
                .orElseGet(() -> CompletableFuture.completedStage(true));
    }
}

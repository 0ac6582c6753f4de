package io.capstan.actors.health;

import io.capstan.actors.Health;
import io.capstan.actors.Node;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/** Whether the node of a system serves: a readiness check, with the reasons in its failure when it does not. Thread-safe. */
public final class Ready implements Supplier<CompletionStage<Boolean>> {
    private final ActorSystem system;

    /** Made by Pekko Management. */
    public Ready(ActorSystem system) {
        this.system = system;
    }

    @Override
    public CompletionStage<Boolean> get() {
        return Node.find(Adapter.toTyped(system))
                .map(node -> {
                    Health health = node.health();
                    return told(health.ready(), health);
                })
                .orElseGet(() -> CompletableFuture.failedStage(new NotHealthy("this system has no Capstan node yet")));
    }

    static CompletionStage<Boolean> told(boolean good, Health health) {
        return good
                ? CompletableFuture.completedStage(true)
                : CompletableFuture.failedStage(new NotHealthy(String.join("; ", health.reasons())));
    }

    /** Expected, so without a stack trace; Pekko Management shows the message. */
    private static final class NotHealthy extends RuntimeException {
        NotHealthy(String why) {
            super(why, null, false, false);
        }
    }
}

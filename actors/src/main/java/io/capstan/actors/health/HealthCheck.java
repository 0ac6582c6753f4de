package io.capstan.actors.health;

import io.capstan.actors.Health;
import io.capstan.actors.Node;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/** One question of a system's node, with the reasons in its failure when the answer is no. */
abstract class HealthCheck implements Supplier<CompletionStage<Boolean>> {
    private final ActorSystem system;
    private final Predicate<Health> good;

    HealthCheck(ActorSystem system, Predicate<Health> good) {
        this.system = system;
        this.good = good;
    }

    /** What a system without a node is. */
    abstract CompletionStage<Boolean> withoutNode();

    @Override
    public final CompletionStage<Boolean> get() {
        Optional<Node> node = Node.find(Adapter.toTyped(system));
        if (node.isEmpty()) {
            return withoutNode();
        }
        Health health = node.get().health();
        return good.test(health) ? CompletableFuture.completedStage(true) : failed(String.join("; ", health.reasons()));
    }

    static CompletionStage<Boolean> failed(String why) {
        return CompletableFuture.failedStage(new NotHealthy(why));
    }

    /** Expected, so without a stack trace; Pekko Management shows the message. */
    private static final class NotHealthy extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotHealthy(String why) {
            super(why, null, false, false);
        }
    }
}

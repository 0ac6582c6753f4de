package io.capstan.actors.internal;

import com.typesafe.config.Config;
import io.capstan.actors.Node;
import io.capstan.actors.NodeEvent;
import io.capstan.actors.internal.link.LinkFaults;
import io.capstan.actors.internal.link.Mesh;
import io.capstan.actors.internal.store.Store;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorSystem;

/** A node from its start to its stop. */
public final class RunningNode implements NodeInternals {
    private final ActorSystem<?> system;

    private RunningNode(ActorSystem<?> system) {
        this.system = system;
    }

    /** Starts a node on {@code system}. */
    public static RunningNode start(Node node, ActorSystem<?> system) {
        return new RunningNode(system);
    }

    /** Starts a system and a node that owns it. */
    public static Node own(Config config) {
        return notYet();
    }

    public ActorSystem<?> system() {
        return system;
    }

    /** Tells of nodes as {@link Node#subscribe} says. */
    public Runnable subscribe(Consumer<NodeEvent> listener) {
        return notYet();
    }

    /** Stops as {@link Node#stop} says. */
    public CompletionStage<Void> stop() {
        return notYet();
    }

    @Override
    public Mesh mesh() {
        return notYet();
    }

    @Override
    public Store store() {
        return notYet();
    }

    @Override
    public LinkFaults faults() {
        return notYet();
    }

    @Override
    public <S> S service(Class<S> type, Function<Node, S> start) {
        return notYet();
    }

    @SuppressWarnings("TypeParameterUnusedInFormals")
    private static <T> T notYet() {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("the node does not start yet");
        }
        throw new IllegalStateException();
    }
}

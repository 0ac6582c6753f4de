package io.capstan.actors.internal;

import io.capstan.actors.Node;
import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.LinkFaults;
import io.capstan.actors.internal.link.Mesh;
import io.capstan.actors.internal.link.PeerTraffic;
import io.capstan.actors.internal.store.Store;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;

/** What Capstan's own services stand on. Thread-safe. */
public interface NodeInternals {
    /** The links to all other nodes. */
    Mesh mesh();

    /** Everything durable on this node. Closed after the services. */
    Store store();

    /** The cluster this node belongs to, for people; empty while it has joined none. */
    String cluster();

    /** Where the Pekko system of the node called {@code name} is, as it last said; empty when it never did. */
    Optional<String> artery(String name);

    /** The linked node whose Pekko system is at {@code artery}, as Pekko prints an address; empty when none is linked. */
    Optional<NodeId> linkedAt(String artery);

    /** What has gone over the direct link to each node, by its name. {@link Node#traffic} tells it by protocol. */
    Map<String, PeerTraffic> trafficByPeer();

    /** From now on {@link Node#figures} has what {@code measured} tells; it is asked for as long as the node lives. */
    void measured(Measured measured);

    /**
     * An orderly stop waits for {@code step} before it closes anything, for {@code capstan.actors.leave-within} at most. A
     * crash does not.
     */
    void beforeStop(Leaving stage, Supplier<? extends CompletionStage<?>> step);

    /**
     * From now on the node is {@link io.capstan.actors.Health#ready} only while {@code lacking} is empty. It says what the node
     * itself lacks, never what others do; it is asked on any thread, and does not wait.
     */
    void readyUnless(Supplier<Optional<String>> lacking);

    /** Cuts and mends this node's links: for tests and the lab. */
    LinkFaults faults();

    /**
     * The node's one instance of a service, started by the first who asks. {@code start} may ask for other services; a
     * service that asks for itself is a bug and is told so.
     *
     * <p>At {@link Node#stop()} services that are {@link AutoCloseable} are closed in the reverse order of their start,
     * while the links and the store still stand.
     *
     * @throws io.capstan.actors.StoppingFailure when the node is stopping
     */
    <S> S service(Class<S> type, Function<Node, S> start);

    /**
     * Starts an actor that all nodes count on while they see this one. If it ends before the node stops, by a bug, the
     * node says so and stops: seen and never answering, it would hold up everybody.
     */
    <T> ActorRef<T> spawnVital(Behavior<T> behavior, String name, Props props);

    /** The same, on the default dispatcher. */
    default <T> ActorRef<T> spawnVital(Behavior<T> behavior, String name) {
        return spawnVital(behavior, name, Props.empty());
    }

    /**
     * Ends the links and the store at once, saying goodbye to nobody: what a killed process looks like to the others.
     * For tests. The services are not asked; they fail as their store does.
     */
    void crash();
}

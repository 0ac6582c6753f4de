package io.capstan.actors;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.capstan.actors.internal.NodeInternals;
import io.capstan.actors.internal.OwnSystem;
import io.capstan.actors.internal.RunningNode;
import io.capstan.actors.internal.SystemConfig;
import io.capstan.actors.internal.turn.Spawning;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Extension;
import org.apache.pekko.actor.typed.ExtensionId;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.annotation.InternalApi;

/**
 * One node of a Capstan cluster: a Pekko system with a name, links to all other nodes, and a directory of its own.
 *
 * <p>A program has a node in one of two ways: {@link #start} makes one with good defaults and owns its ActorSystem;
 * {@link #get} makes a node of a system that the program already has. Names, groups, counters and locks are asked for
 * with the node in hand.
 *
 * <p>Thread-safe. Nothing here waits for other nodes: a node stands as soon as it listens, and looks for its peers for
 * as long as it lives.
 */
public final class Node implements Extension {
    private final RunningNode running;

    private Node(ActorSystem<?> system) {
        this.running = RunningNode.start(this, system);
    }

    /**
     * Starts a node with an ActorSystem of its own, configured by {@code application.conf}.
     *
     * @param name unique in the cluster and the same at every start; see {@link NodeId}
     * @throws Failure in one line, and nothing is left running: a {@link StartFailure} (a bad name or setting, a port in use,
     *     no cluster to be in), or the store's own for a directory that cannot be used. {@link Failure.Next#DO_NOT_RETRY}
     *     until somebody has mended that; {@link Failure.Next#RETRY} when its disk is full
     */
    public static Node start(String name, Start start) {
        return start(name, start, ConfigFactory.empty());
    }

    /** As {@link #start(String, Start)}; {@code overrides} win over {@code application.conf}. */
    public static Node start(String name, Start start, Config overrides) {
        return OwnSystem.start(SystemConfig.of(name, start, overrides));
    }

    /**
     * The node of a system that the program already has, started by the first who asks, from {@code capstan.actors} in
     * the system's configuration.
     *
     * @throws Failure as {@link #start(String, Start)}
     */
    public static Node get(ActorSystem<?> system) {
        Node node = system.registerExtension(Id.INSTANCE);
        node.running.startServices();
        return node;
    }

    /** The node of a system that has one already; never starts one. */
    public static Optional<Node> find(ActorSystem<?> system) {
        return system.hasExtension(Id.INSTANCE) ? Optional.of(system.extension(Id.INSTANCE)) : Optional.empty();
    }

    /**
     * A system for {@code TestCluster}, whose node is {@link #get}: named and placed by the block
     * {@code capstan.testkit} of {@code config}, with links that notice a cut within about a second.
     */
    public static ActorSystem<?> forTest(Config config) {
        return OwnSystem.start(SystemConfig.forTest(config)).system();
    }

    /** This run of this node. */
    public NodeId id() {
        return internals().mesh().self();
    }

    /** Where its links listen, {@code host:port}: what another node is told to join. */
    public String address() {
        return running.address();
    }

    /** The Pekko system beneath. */
    public ActorSystem<?> system() {
        return running.system();
    }

    /**
     * Starts an actor that lives until it stops itself or the node stops.
     *
     * @param name of its own among such actors
     * @throws StoppingFailure when the node is stopping, and nothing was started
     * @throws org.apache.pekko.actor.InvalidActorNameException when another has the name, or it is no name in Pekko
     */
    public <T> ActorRef<T> spawn(Behavior<T> behavior, String name) {
        return Spawning.below(system(), behavior, name, Props.empty());
    }

    /** The nodes that this one has a link to now, without itself: Erlang's {@code nodes()}. */
    public Set<NodeId> nodes() {
        return internals().mesh().linked();
    }

    /** What each of Capstan's protocols has sent and received on this node's links since it started. */
    public List<LinkTraffic> traffic() {
        return running.traffic();
    }

    /**
     * All figures of this node and its services, as they are now: what the module {@code metrics} gives to Micrometer, and
     * {@code docs/metrics.md} explains. Takes well below a millisecond, and waits for nobody.
     */
    public List<Figure> figures() {
        return running.figures();
    }

    /** Whether this node lives and serves; for probes. Never waits. */
    public Health health() {
        return running.health();
    }

    /**
     * Links to the node that listens at {@code address}, and takes back a {@link #disconnect} of it: Erlang's
     * {@code connect_node}. Seldom needed: whoever is in the cluster is found without. A node that has no cluster yet joins
     * that of the other.
     *
     * @param address {@code host:port}, as {@link #address} of the other says
     * @param within how long to try; the first answer that nobody can change by waiting ends it sooner
     * @return completes, on the system's default dispatcher, with who is there once the link stands, at once if it does; or
     *     fails with a {@link ConnectFailure}, and then the address is forgotten, unless it is that of a known node
     * @throws IllegalArgumentException when {@code address} is none
     */
    public CompletionStage<NodeId> connect(String address, Duration within) {
        return running.connect(address, within);
    }

    /**
     * Ends the link to the node called {@code name}, and has none with it, whichever of the two calls, until
     * {@link #connect} or a new start of this node: Erlang's {@code disconnect_node}. Both ends are told
     * {@link NodeEvent.Reason#DISCONNECTED}. The node stays visible as long as a third one has links to both. Does nothing
     * for a node that this one has never heard of. Returns at once.
     */
    public void disconnect(String name) {
        running.disconnect(name);
    }

    /**
     * Forgets the node called {@code name}, which will never return. For operators, and on each node: what a node
     * remembers is its own. From then on it is called no more (unless {@code capstan.actors.join} has its address), it takes
     * no room of {@code capstan.actors.link.peers-max}, nothing waits for it before Pekko's membership is formed anew, and
     * Pekko is told that its system is down. Other nodes, which may remember it still, are not listened to about this run of
     * it or an earlier one. Should it come back all the same, it is let in as ever.
     *
     * <p>Slots of counters, and members of Raft groups, that it leaves behind are other operators' verbs: see those.
     *
     * @return completes, on the system's default dispatcher, when that is durable: with false when no such node is known, and
     *     nothing was done. Fails with a {@link ForgetFailure} while the node is linked, or seen by one that is; or as the
     *     node's store fails, and then it is forgotten until this node starts again
     */
    public CompletionStage<Boolean> forget(String name) {
        return running.forget(name);
    }

    /**
     * Tells {@code listener} of every node that is up now, then of every change, in order, without gaps.
     *
     * @param listener called on the links' one thread: it hands over and returns
     * @return ends the subscription
     */
    public Runnable subscribe(Consumer<NodeEvent> listener) {
        return running.subscribe(listener);
    }

    /** As {@link #subscribe}, to an actor: Erlang's {@code monitor_nodes}. Ends with the returned action. */
    public Runnable monitorNodes(ActorRef<? super NodeEvent> listener) {
        return subscribe(listener::tell);
    }

    /**
     * Stops in order: leaves groups and frees names; closes lock sessions; has others lead what it leads (each of these for
     * {@code capstan.actors.leave-within} at most); then closes services (counters are told to the others), links (with a
     * goodbye), the store, and the ActorSystem if {@link #start} made it. So the others see all of it at once, and not after
     * some time to live. A system that is ended through Pekko's CoordinatedShutdown does the same: groups and names in its
     * phase {@code service-unbind}, the rest in {@code before-cluster-shutdown}, so that what the program stops in {@code
     * service-stop} can still use its locks.
     *
     * @return completes when all is closed; a second call stops nothing anew, and completes then too
     */
    public CompletionStage<Void> stop() {
        return running.stop();
    }

    /** Done when this node has stopped, whoever stopped it; an ActorSystem of the program's own may go on. */
    public CompletionStage<Void> stopped() {
        return running.stopped();
    }

    /** Done when its system has ended, or its stop is done with that. */
    CompletionStage<Void> ended() {
        return running.ended();
    }

    /** What Capstan's own services stand on. No user's business; may change at any time. */
    @InternalApi
    public NodeInternals internals() {
        return running;
    }

    private static final class Id extends ExtensionId<Node> {
        private static final Id INSTANCE = new Id();

        @Override
        public Node createExtension(ActorSystem<?> system) {
            return new Node(system);
        }
    }
}

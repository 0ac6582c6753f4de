package io.capstan.actors.internal;

import com.typesafe.config.ConfigException;
import io.capstan.actors.Failure;
import io.capstan.actors.Figure;
import io.capstan.actors.Health;
import io.capstan.actors.LinkTraffic;
import io.capstan.actors.Node;
import io.capstan.actors.NodeEvent;
import io.capstan.actors.NodeId;
import io.capstan.actors.StartFailure;
import io.capstan.actors.internal.link.ClusterId;
import io.capstan.actors.internal.link.LinkAddress;
import io.capstan.actors.internal.link.LinkFaults;
import io.capstan.actors.internal.link.LinkMesh;
import io.capstan.actors.internal.link.Mesh;
import io.capstan.actors.internal.link.PeerTraffic;
import io.capstan.actors.internal.store.NodeStore;
import io.capstan.actors.internal.store.Store;
import io.capstan.actors.internal.tls.Certificates;
import io.capstan.actors.internal.tls.SystemCertificates;
import io.capstan.actors.internal.turn.Spawning;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node from its start to its stop. It starts bottom up: store, identity, links, membership; and stops top down:
 * services, links, store.
 */
public final class RunningNode implements NodeInternals {
    private static final Logger log = LoggerFactory.getLogger(RunningNode.class);

    private final Node node;
    private final ActorSystem<?> system;
    private final NodeStore store;
    private final LinkMesh mesh;
    private final Hearth hearth;
    private final Services services = new Services();
    private final NodeFigures figures;
    private final NodeHealth health;
    private final Departure departure;
    private @Nullable CompletionStage<Void> stopping;
    private final AtomicBoolean servicesStarted = new AtomicBoolean();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile boolean ownsSystem;

    private RunningNode(
            Node node, ActorSystem<?> system, NodeSettings settings, NodeStore store, LinkMesh mesh, Hearth hearth) {
        this.node = node;
        this.system = system;
        this.store = store;
        this.mesh = mesh;
        this.hearth = hearth;
        figures = new NodeFigures(mesh, store);
        departure = new Departure(settings.leaveWithin(), this::onOwnThread);
        health = new NodeHealth(hearth, mesh, store, settings.link().silenceMax());
    }

    /**
     * Starts a node on {@code system}.
     *
     * @throws Failure as {@link Node#get} says; nothing is left running then
     */
    public static RunningNode start(Node node, ActorSystem<?> system) {
        NodeSettings settings = NodeSettings.fromConfig(system.settings().config());
        String provider = system.settings().config().getString("pekko.actor.provider");
        if (!provider.equals("cluster")) {
            throw new StartFailure(
                    StartFailure.Kind.BAD_SETTING, "a node needs pekko.actor.provider = cluster, it is " + provider);
        }
        NodeStore store = NodeStore.open(settings.directory(), settings.name(), settings.store());
        try {
            RunningNode running = open(node, system, settings, store);
            running.stopWithSystem();
            Quarantine.watch(system, running.mesh.self(), running::shutOut);
            running.hearth.onApart(by -> system.executionContext().execute(() -> running.shutOut(by)));
            return running;
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /** Between our Pekko system and that one no message gets through any more. */
    private void shutOut(String by) {
        mesh.quarantined(by);
        // A program's own system is the program's to replace: there it is only said, in the log.
        if (ownsSystem) {
            stop();
        }
    }

    private static RunningNode open(Node node, ActorSystem<?> system, NodeSettings settings, NodeStore store) {
        PeerBook peers = new PeerBook(store);
        // The one wall clock in a node's life: it only has to be above what a lost directory knew.
        Identity identity = Identity.begin(store, System.currentTimeMillis(), settings.foundsAlone());
        if (identity.cluster() == null && settings.join().isEmpty()) {
            throw new StartFailure(
                    StartFailure.Kind.NO_CLUSTER,
                    "node " + settings.name() + " knows no cluster: its directory " + settings.directory()
                            + " names none, and neither capstan.actors.join nor capstan.actors.bootstrap is set");
        }
        var membership = Membership.of(system, settings);
        var self = new NodeId(settings.name(), identity.incarnation());
        var hearth = new Hearth(identity, peers, membership);
        LinkMesh mesh = listen(system, self, settings, hearth);
        if (identity.cluster() != null && peers.names().isEmpty()) {
            // Nobody to ask: this is the bootstrap, or the first node returning before anybody came.
            membership.form();
        }
        if (settings.foundsAmongOthers()) {
            mesh.foundAmong(settings.join());
        }
        if (identity.cluster() == null && settings.bootstrap()) {
            log.info(
                    "node {} has no cluster: it joins that of any of {}; once all of them have said that they have none, {} forms one",
                    self,
                    settings.join(),
                    settings.join().get(0));
        }
        mesh.open(settings.join(), peers.contacts());
        log.info("node {} of cluster {} listens for links on {}", self, identity.cluster(), mesh.address());
        return new RunningNode(node, system, settings, store, mesh, hearth);
    }

    private static LinkMesh listen(ActorSystem<?> system, NodeId self, NodeSettings settings, Hearth hearth) {
        try {
            Certificates certificates = SystemCertificates.of(system).orElse(null);
            return new LinkMesh(self, settings.link(), certificates, settings.secretBytes(), hearth);
        } catch (StartFailure e) {
            hearth.identity().withdraw();
            throw e;
        }
    }

    /** The system is this node's alone, and ends with it. */
    void ownsSystem() {
        ownsSystem = true;
    }

    public ActorSystem<?> system() {
        return system;
    }

    /** Tells of nodes as {@link Node#subscribe} says. */
    public Runnable subscribe(Consumer<NodeEvent> listener) {
        return mesh.subscribe(event -> NodeEvents.of(event).ifPresent(listener));
    }

    /** What has gone over the links, as {@link Node#traffic} says. */
    public List<LinkTraffic> traffic() {
        return mesh.traffic();
    }

    /** What can be counted here, as {@link Node#figures} says. */
    public List<Figure> figures() {
        return figures.read();
    }

    /** Whether it lives and serves, as {@link Node#health} says. */
    public Health health() {
        return health.read();
    }

    @Override
    public void measured(Measured measured) {
        figures.add(measured);
    }

    @Override
    public void beforeStop(Leaving stage, Supplier<? extends CompletionStage<?>> step) {
        departure.add(stage, step);
    }

    @Override
    public void readyUnless(Supplier<Optional<String>> lacking) {
        health.readyUnless(lacking);
    }

    @Override
    public Map<String, PeerTraffic> trafficByPeer() {
        return mesh.trafficByPeer();
    }

    /** Links to whoever is at {@code address}, as {@link Node#connect} says. */
    public CompletionStage<NodeId> connect(String address, Duration within) {
        // What the caller does then may take its time: not on the links' thread.
        return mesh.connect(LinkAddress.parse(address), within)
                .thenApplyAsync(Function.identity(), system.executionContext());
    }

    /** Ends the link to a node, as {@link Node#disconnect} says. */
    public void disconnect(String name) {
        mesh.disconnect(name);
    }

    /** Forgets a node, as {@link Node#forget} says. */
    public CompletionStage<Boolean> forget(String name) {
        return mesh.forget(name).thenApplyAsync(Function.identity(), system.executionContext());
    }

    @Override
    public Mesh mesh() {
        return mesh;
    }

    @Override
    public Store store() {
        return store;
    }

    /** Where the links listen, as {@link Node#address} says. */
    public String address() {
        return mesh.address().toString();
    }

    @Override
    public String cluster() {
        ClusterId cluster = hearth.cluster();
        return cluster == null ? "" : cluster.toString();
    }

    @Override
    public Optional<String> artery(String name) {
        return hearth.peers().artery(name);
    }

    @Override
    public Optional<NodeId> linkedAt(String artery) {
        return mesh.linkedAt(artery);
    }

    @Override
    public LinkFaults faults() {
        return mesh;
    }

    @Override
    public <S> S service(Class<S> type, Function<Node, S> start) {
        return services.get(type, node, start);
    }

    @Override
    public <T> ActorRef<T> spawnVital(Behavior<T> behavior, String name, Props props) {
        ActorRef<T> vital = Spawning.below(node.system(), behavior, name, props);
        Behavior<Void> watcher = Behaviors.setup(context -> {
            context.watch(vital);
            return Behaviors.receive(Void.class)
                    .onSignal(Terminated.class, ended -> {
                        vitalEnded(name);
                        return Behaviors.stopped();
                    })
                    .build();
        });
        node.spawn(watcher, name + "-watcher");
        return vital;
    }

    private void vitalEnded(String name) {
        synchronized (this) {
            if (stopping != null) {
                return;
            }
        }
        health.broken(name + " has ended by a bug, which is in the log");
        log.atError()
                .addKeyValue("node", mesh.self())
                .addKeyValue("part", name)
                .log(
                        "{} has ended by a bug, logged before this; node {} cannot answer without it, and stops",
                        name,
                        mesh.self());
        stop();
    }

    /**
     * Starts what runs on every node, once. Not in the constructor: services ask for the node, which must stand first.
     *
     * @throws StartFailure BAD_SETTING, and then the node has stopped
     */
    public void startServices() {
        if (!servicesStarted.compareAndSet(false, true)) {
            return;
        }
        for (StartsWithNode service : ServiceLoader.load(StartsWithNode.class)) {
            try {
                service.start(node);
            } catch (IllegalArgumentException | ConfigException bad) {
                stopParts().toCompletableFuture().join();
                throw new StartFailure(StartFailure.Kind.BAD_SETTING, String.valueOf(bad.getMessage()));
            } catch (RuntimeException e) {
                log.error("{} does not run on this node", service.getClass().getSimpleName(), e);
            }
        }
        health.started();
    }

    /** Stops as {@link Node#stop} says. */
    public CompletionStage<Void> stop() {
        if (ownsSystem) {
            return CoordinatedShutdown.get(system)
                    .runAll(CoordinatedShutdown.actorSystemTerminateReason())
                    .thenAccept(done -> {
                        tellUnended();
                        ended.complete(null);
                    });
        }
        return stopParts();
    }

    /** Done when all is closed, as {@link Node#stopped} says. */
    public CompletionStage<Void> stopped() {
        return stopped.minimalCompletionStage();
    }

    /** Done when the system has ended, or its stop is done with it. */
    public CompletionStage<Void> ended() {
        return ended;
    }

    /** Pekko's remoting, with TLS above all, may wait for ever for a stream (apache/pekko#3247): nobody is to wait for it. */
    private void tellUnended() {
        if (!system.getWhenTerminated().toCompletableFuture().isDone()) {
            log.warn(
                    "node {} has stopped, but its Pekko system does not end: its threads end with the process",
                    mesh.self());
        }
    }

    private synchronized CompletionStage<Void> stopParts() {
        health.stopping();
        if (stopping == null) {
            stopping = departure
                    .upTo(Leaving.LEADERSHIP)
                    .thenRunAsync(services::close, this::onOwnThread)
                    .thenCompose(closed -> mesh.stop(true))
                    .thenRunAsync(store::close, this::onOwnThread)
                    .whenComplete((done, failure) -> stopped.complete(null));
        }
        return stopping;
    }

    /** Closing waits for disks, and Pekko's dispatchers may be gone already. */
    private void onOwnThread(Runnable task) {
        new Thread(task, "capstan-stop-" + mesh.self().name()).start();
    }

    /**
     * First nobody finds the node any more; then what runs on it finishes, in phases of the program's; then all else, before
     * Pekko leaves its cluster: that may take long, while services and links need none of it.
     */
    private void stopWithSystem() {
        CoordinatedShutdown shutdown = CoordinatedShutdown.get(system);
        shutdown.addTask(CoordinatedShutdown.PhaseServiceUnbind(), "capstan-node-leaves", () -> {
            health.stopping();
            return departure.upTo(Leaving.NAMES).thenApply(left -> Done.getInstance());
        });
        shutdown.addTask(
                CoordinatedShutdown.PhaseBeforeClusterShutdown(),
                "capstan-node-stop",
                () -> stopParts().thenApply(stopped -> Done.getInstance()));
        // A system that ends without coordinated shutdown must not leave its port and directory behind.
        system.getWhenTerminated().thenRun(this::stopParts).thenRun(() -> ended.complete(null));
    }

    @Override
    public void crash() {
        synchronized (this) {
            // Nothing is left for an orderly stop to do.
            stopping = CompletableFuture.completedFuture(null);
        }
        mesh.stop(false).toCompletableFuture().join();
        store.close();
    }
}

package io.capstan.actors.internal.link;

import io.capstan.actors.ForgetFailure;
import io.capstan.actors.LinkTraffic;
import io.capstan.actors.NodeId;
import io.capstan.actors.StartFailure;
import io.capstan.actors.internal.tls.Certificates;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.PromiseCombiner;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mesh on Netty: one thread reads, writes and decides for all links of a node; this class is where other threads
 * meet it.
 *
 * <p>A sender takes room in the peer's window on its own thread, puts the frame into one queue, and wakes the mesh only
 * if nobody has since it last looked: under load many frames cost one wake-up.
 */
// Justification: tasks handed to the mesh's thread are told of in its log when they fail.
@SuppressWarnings("FutureReturnValueIgnored")
public final class LinkMesh implements Mesh, LinkFaults {
    private static final Logger log = LoggerFactory.getLogger(LinkMesh.class);

    private final NodeId self;
    private final LinkSettings settings;
    private final EventLoopGroup group;
    private final EventLoop loop;
    private final Cuts cuts = new Cuts();
    private final Listeners listeners = new Listeners();
    private final Meter meter = new Meter();
    private final Partings partings;
    private final Router router;
    private final Deliveries deliveries;
    private final Queue<Outgoing> outgoing = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean awake = new AtomicBoolean();
    private final Switchboard switchboard;
    private final LinkAddress address;
    private final io.netty.channel.Channel listening;
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private long lastTickNanos;

    private record Outgoing(Outlet outlet, Channel channel, byte[] payload) {}

    /**
     * Listens; {@link #open} begins to call and to answer.
     *
     * @param certificates what links are encrypted with; null: they are not
     * @throws StartFailure when it cannot listen
     */
    public LinkMesh(NodeId self, LinkSettings settings, @Nullable Certificates certificates, byte[] secret, Home home) {
        this.self = self;
        this.settings = settings;
        this.partings = new Partings(self);
        this.group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("capstan-link-" + self.name(), true), NioIoHandler.newFactory());
        this.loop = group.next();
        this.router = new Router(self);
        this.deliveries = new Deliveries(settings.windowBytes(), loop, meter);
        var sockets = new Sockets(loop, settings, certificates);
        // Callers are answered by the switchboard, which needs the address, which is known once we listen.
        var board = new CompletableFuture<Switchboard>();
        this.listening = listen(sockets.listen(() -> board.join().caller()));
        var bound = (InetSocketAddress) listening.localAddress();
        this.address = new LinkAddress(settings.hostname(), bound.getPort());
        this.switchboard = new Switchboard(
                new Switchboard.Place(self, address, settings),
                secret,
                new Switchboard.Parts(home, cuts, router, deliveries, listeners, meter, partings),
                sockets);
        board.complete(switchboard);
    }

    private io.netty.channel.Channel listen(ChannelFuture binding) {
        if (!binding.awaitUninterruptibly().isSuccess()) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw new StartFailure(
                    StartFailure.Kind.CANNOT_LISTEN,
                    "cannot listen for links on " + settings.listenHost() + ":" + settings.port() + " ("
                            + binding.cause().getMessage() + "): is another node running there? The place is set by "
                            + LinkSettings.PATH + ".hostname, bind-hostname and port");
        }
        return binding.channel();
    }

    /** Where this node's links listen, with the port it got. */
    public LinkAddress address() {
        return address;
    }

    /** Forms a cluster once all of these have said that they have none; said before {@link #open}, which calls them. */
    public void foundAmong(Collection<LinkAddress> all) {
        loop.execute(() -> switchboard.foundAmong(all));
    }

    /** Calls whoever is configured or remembered, for as long as the mesh lives. */
    public void open(Collection<LinkAddress> configured, Collection<Contact> remembered) {
        long tickNanos = settings.tick().toNanos();
        loop.execute(() -> {
            switchboard.know(configured, remembered);
            lastTickNanos = System.nanoTime();
            loop.scheduleWithFixedDelay(this::tick, 0, tickNanos, TimeUnit.NANOSECONDS);
        });
    }

    /**
     * Silence counts only while this thread was awake to hear: a process that was stopped for a minute would otherwise
     * declare everybody dead on waking, before it reads what they said meanwhile.
     */
    private void tick() {
        long now = System.nanoTime();
        long passed = now - lastTickNanos;
        lastTickNanos = now;
        try {
            switchboard.tick(passed, Math.min(passed, 2 * settings.tick().toNanos()));
        } catch (RuntimeException | Error e) {
            // The timer would end with it, and nobody would ever be heard to be silent again.
            log.error("time did not pass for the links of {}", self, e);
        }
    }

    @Override
    public NodeId self() {
        return self;
    }

    @Override
    public Set<NodeId> linked() {
        return router.routes().linked();
    }

    /** Whose Pekko system is at {@code artery}, as Pekko prints an address; empty unless a link to it stands. */
    public Optional<NodeId> linkedAt(String artery) {
        return Optional.ofNullable(router.routes().systems().get(artery));
    }

    @Override
    public Set<NodeId> visible() {
        return router.routes().visible();
    }

    @Override
    public void serve(Channel channel, Receiver receiver) {
        deliveries.serve(channel, receiver);
    }

    @Override
    public void withdraw(Channel channel) {
        deliveries.withdraw(channel);
    }

    @Override
    public boolean send(NodeId to, Channel channel, byte[] payload) {
        if (payload.length > PAYLOAD_BYTES_MAX) {
            throw new IllegalArgumentException("a payload on channel " + channel.name() + " has at most "
                    + PAYLOAD_BYTES_MAX + " bytes, got " + payload.length);
        }
        Outlet outlet = router.routes().outlets().get(to);
        if (outlet == null || outlet.closed() || !outlet.reserve(channel, payload.length)) {
            meter.refused(channel.code());
            return false;
        }
        outgoing.add(new Outgoing(outlet, channel, payload));
        return !awake.compareAndSet(false, true) || execute(this::drain);
    }

    private void drain() {
        // Before the look: whoever adds after the look wakes us again.
        awake.set(false);
        Set<Connection> touched = new LinkedHashSet<>();
        for (Outgoing next = outgoing.poll(); next != null; next = outgoing.poll()) {
            Outlet outlet = next.outlet();
            Channel channel = next.channel();
            if (outlet.closed()) {
                meter.dropped(channel.code());
                continue;
            }
            if (outlet.direct()) {
                outlet.via().queue(channel.priority(), channel.code(), next.payload());
            } else {
                var relay = new Control.Relay(
                        outlet.to(), self, outlet.route(), channel.priority(), channel.code(), next.payload());
                outlet.via().queueRanked(Outbox.rank(channel.priority()), channel.code(), ControlCodec.encode(relay));
            }
            touched.add(outlet.via());
        }
        touched.forEach(Connection::flush);
    }

    @Override
    public Runnable subscribe(Consumer<MeshEvent> listener) {
        execute(() -> listeners.add(listener, router.routes()));
        return () -> execute(() -> listeners.remove(listener));
    }

    /** What has been sent and received, by channel: see {@link io.capstan.actors.Node#traffic}. */
    public List<LinkTraffic> traffic() {
        Collection<Outlet> outlets = router.routes().outlets().values();
        return meter.read(channel ->
                outlets.stream().mapToLong(outlet -> outlet.underWay(channel)).sum());
    }

    /** Links that ended, and that stand again. */
    public Partings partings() {
        return partings;
    }

    /** What has been sent and received, by peer: see {@link io.capstan.actors.internal.NodeInternals#trafficByPeer}. */
    public Map<String, PeerTraffic> trafficByPeer() {
        return meter.readPeers();
    }

    /**
     * Links to whoever is at {@code address}: see {@link io.capstan.actors.Node#connect}. What it returns is completed on the
     * mesh's thread, which must not be kept.
     */
    public CompletableFuture<NodeId> connect(LinkAddress address, Duration within) {
        var told = new CompletableFuture<NodeId>();
        if (!execute(() -> switchboard.orders().connect(address, within, told))) {
            told.completeExceptionally(Connects.stopped());
        }
        return told;
    }

    /** Ends the link to the node of this name: see {@link io.capstan.actors.Node#disconnect}. */
    public void disconnect(String name) {
        execute(() -> switchboard.orders().disconnect(name));
    }

    /** Forgets the node of this name: see {@link io.capstan.actors.Node#forget}. Completed on any thread, as {@link #connect}. */
    public CompletableFuture<Boolean> forget(String name) {
        var told = new CompletableFuture<Boolean>();
        CompletionStage<Boolean> forgotten = told;
        forgotten.thenAccept(done -> {
            meter.forget(name);
            partings.forget(name);
        });
        if (!execute(() -> switchboard.orders().forget(name, told))) {
            told.completeExceptionally(new ForgetFailure("this node has stopped"));
        }
        return told;
    }

    /** Another system has put this node's into quarantine: tells whoever listens. */
    public void quarantined(String by) {
        execute(() -> listeners.tell(new MeshEvent.Quarantined(self, by)));
    }

    @Override
    public void cut(String name, Direction direction) {
        cuts.add(name, direction);
        execute(switchboard::cutsChanged);
    }

    @Override
    public void heal(String name, Direction direction) {
        cuts.remove(name, direction);
        execute(switchboard::cutsChanged);
    }

    @Override
    public void healAll() {
        cuts.names().forEach(name -> cuts.remove(name, Direction.BOTH));
        execute(switchboard::cutsChanged);
    }

    /**
     * Ends all links and the mesh's thread. Idempotent.
     *
     * @param goodbye whether the peers are told; without, they see what a killed process looks like
     */
    public CompletionStage<Void> stop(boolean goodbye) {
        execute(() -> {
            listeners.clear();
            listening.close();
            PromiseCombiner sockets = new PromiseCombiner(loop);
            switchboard.stop(goodbye).forEach(closed -> sockets.add((Future<Void>) closed));
            Promise<Void> closed = loop.newPromise();
            sockets.finish(closed);
            closed.addListener(all ->
                    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).addListener(done -> stopped.complete(null)));
        });
        return stopped;
    }

    private boolean execute(Runnable task) {
        try {
            loop.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            // The mesh has stopped: nobody is linked any more.
            return false;
        }
    }
}

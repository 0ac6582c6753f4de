package io.capstan.actors.internal.link;

import io.capstan.actors.NodeEvent;
import io.capstan.actors.NodeId;
import io.netty.channel.ChannelFuture;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All links of a node: who stands, who may come in, who is gone. Confined to the mesh's thread, so it needs no locks.
 *
 * <p>At most one link stands per name. Every change follows one order: the links, then the {@link Routes} that other
 * threads read, then the events, then the others' views.
 */
final class Switchboard implements Connection.Owner {
    private static final Logger log = LoggerFactory.getLogger(Switchboard.class);

    private final Place place;
    private final byte[] secret;
    private final Home home;
    private final Cuts cuts;
    private final Router router;
    private final Deliveries deliveries;
    private final Listeners listeners;
    private final Meter meter;
    private final Partings partings;
    private final Dialer dialer;
    private final Doorkeeper doorkeeper;
    private final Connects connects;
    private final Relays relays;
    private final Apart apart;
    private final Orders orders;
    private final Pulse pulse;
    private final SecureRandom random = new SecureRandom();
    private final Links links = new Links();
    private final Contacts contacts;
    private final Greetings greetings = new Greetings();
    private Founding founding = new Founding(List.of());
    private boolean stopping;

    /** Who this is, and where it listens. */
    record Place(NodeId self, LinkAddress address, LinkSettings settings) {}

    /** What the switchboard works with; the mesh's other threads use these too. */
    record Parts(
            Home home,
            Cuts cuts,
            Router router,
            Deliveries deliveries,
            Listeners listeners,
            Meter meter,
            Partings partings) {}

    Switchboard(Place place, byte[] secret, Parts parts, Sockets sockets) {
        this.place = place;
        this.secret = secret.clone();
        this.home = parts.home();
        this.cuts = parts.cuts();
        this.router = parts.router();
        this.deliveries = parts.deliveries();
        this.listeners = parts.listeners();
        this.meter = parts.meter();
        this.partings = parts.partings();
        this.dialer = new Dialer(place.settings(), to -> {
            founding.called(to);
            Connection connection = connection(to);
            sockets.call(to, connection);
            return connection;
        });
        this.connects = new Connects(dialer::awaitedNoMore);
        this.apart = new Apart(connects);
        this.contacts = new Contacts(place, home, links, dialer);
        var connections = new Doorkeeper.Connections(links, greetings, dialer);
        this.doorkeeper = new Doorkeeper(place, home, new Doorkeeper.Barred(cuts, apart), connections);
        this.orders = new Orders(place, connects, apart, contacts, connections, router);
        this.pulse = new Pulse(place.settings(), home, connections);
        this.relays = new Relays(place.self(), links, parts);
    }

    /** Forms a cluster once all of these, but for this node itself, have said that they have none. */
    void foundAmong(Collection<LinkAddress> all) {
        founding = new Founding(
                all.stream().filter(each -> !each.equals(place.address())).toList());
    }

    /** Whom to call from now on. */
    void know(Collection<LinkAddress> configured, Collection<Contact> remembered) {
        configured.stream().filter(to -> !to.equals(place.address())).forEach(dialer::configure);
        remembered.forEach(contacts::learn);
    }

    /** A connection for somebody who called. */
    Connection caller() {
        Connection connection = connection(null);
        if (greetings.size() > place.settings().callersMax()) {
            log.warn(
                    "a caller is turned away: more than {}.callers-max ({}) have not said who they are",
                    LinkSettings.PATH,
                    place.settings().callersMax());
            connection.close(NodeEvent.Reason.DROPPED);
        }
        return connection;
    }

    private Connection connection(@Nullable LinkAddress called) {
        var nonce = new Control.Nonce(random.nextLong(), random.nextLong());
        var hello = new Control.Hello(
                ControlCodec.VERSION,
                ControlCodec.VERSION,
                home.cluster(),
                place.self(),
                place.address(),
                home.artery(),
                home.member(),
                place.settings().windowBytes(),
                nonce);
        Connection connection = new Connection(this, new Greeting(called, hello, secret, doorkeeper), meter);
        greetings.add(connection);
        return connection;
    }

    @Override
    public void refused(Connection connection, Control.Refuse refusal, boolean ours) {
        doorkeeper.refused(connection, refusal, ours);
        LinkAddress called = connection.greeting().called();
        Control.Hello peer = connection.greeting().peer();
        if (called != null && peer != null && links.has(peer.id())) {
            connects.stands(peer.id(), called, called); // It is linked already, by another of its addresses.
        } else if (called != null) {
            connects.refused(called, refusal);
        }
        if (called != null
                && refusal.code() == RefuseCode.NO_CLUSTER
                && founding.hasNone(called)
                && home.cluster() == null) {
            log.info("{} forms a cluster: nobody of those it was to ask has one", place.self());
            home.found();
        }
    }

    @Override
    public void stands(Connection link) {
        NodeId peer = link.peer().id();
        greetings.remove(link);
        Connection former = links.get(peer.name());
        if (former != null) {
            former.close(former.peer().id().equals(peer) ? NodeEvent.Reason.CLOSED : NodeEvent.Reason.REPLACED);
        }
        dialer.answered(link);
        greetings.callsTo(peer.name()).forEach(call -> call.close(NodeEvent.Reason.DROPPED));
        links.add(link);
        apart.remove(peer.name());
        doorkeeper.welcomed(link);
        link.stall(cuts.readsHeld(peer.name()), cuts.writesHeld(peer.name()));
        log.atInfo()
                .addKeyValue("node", place.self())
                .addKeyValue("peer", peer)
                .log(
                        "link to {} stands ({})",
                        peer,
                        link.greeting().role() == Greeting.Role.DIALER ? "called" : "answered");
        partings.met(peer);
        routesChanged(null, new MeshEvent.Linked(peer));
        sendView();
        contacts.learn(new Contact(peer, link.peer().address()));
        contacts.tell(link);
        home.greeted(Pulse.neighbour(link));
        connects.stands(peer, link.greeting().called(), link.peer().address());
        pulse.review();
    }

    @Override
    public void ended(Connection connection, NodeEvent.Reason reason) {
        greetings.remove(connection);
        dialer.ended(connection);
        if (connection.greeting().peer() != null && links.remove(connection)) {
            unlinked(connection, reason);
        }
    }

    private void unlinked(Connection link, NodeEvent.Reason reason) {
        NodeId peer = link.peer().id();
        log.atInfo()
                .addKeyValue("node", place.self())
                .addKeyValue("peer", peer)
                .addKeyValue("reason", reason)
                .log("link to {} is gone: {}", peer, reason);
        partings.parted(peer, reason);
        deliveries.ended(link);
        routesChanged(new MeshEvent.Unlinked(peer, reason), null);
        sendView();
        dialer.soon(peer.name());
        pulse.review();
    }

    /** In the order that {@link MeshEvent} promises: unlinked before hidden, visible before linked. */
    private void routesChanged(@Nullable MeshEvent first, @Nullable MeshEvent last) {
        Router.Change change = router.update(links.all(), links.newest());
        if (first != null) {
            listeners.tell(first);
        }
        change.hidden().forEach(peer -> listeners.tell(new MeshEvent.Hidden(peer)));
        change.shown().forEach(peer -> listeners.tell(new MeshEvent.Visible(peer)));
        if (last != null) {
            listeners.tell(last);
        }
        change.writable().forEach(listeners::tell);
    }

    private void sendView() {
        Map<NodeId, Integer> view = new LinkedHashMap<>();
        links.all().forEach(link -> view.put(link.peer().id(), link.serial()));
        for (Connection link : links.all()) {
            link.queue(new Control.View(view));
            link.flush();
        }
    }

    @Override
    public void control(Connection link, Control frame, byte[] body) {
        if (frame instanceof Control.Heartbeat heartbeat) {
            pulse.heard(link, heartbeat);
        } else if (frame instanceof Control.View view) {
            link.view(view.links());
            routesChanged(null, null);
        } else if (frame instanceof Control.Credit credit) {
            relays.released(link.peer().id(), 0, credit.channel(), credit.bytes());
        } else if (frame instanceof Control.Peers peers) {
            peers.contacts().forEach(contacts::heard);
        } else if (frame instanceof Control.Relay relay) {
            relays.relay(link, relay, body);
        } else if (frame instanceof Control.RelayCredit credit) {
            relays.credit(link, credit, body);
        } else if (frame instanceof Control.Refuse refusal && refusal.code() == RefuseCode.DISCONNECTED) {
            link.close(NodeEvent.Reason.DISCONNECTED);
        } else if (frame instanceof Control.Goodbye) {
            link.close(NodeEvent.Reason.STOPPED);
        } else {
            throw new MalformedFrame(frame.getClass().getSimpleName() + " on a link that stands");
        }
    }

    @Override
    public int whose(Control frame) {
        return frame instanceof Control.Relay relay && relay.to().equals(place.self()) ? relay.channel() : 0;
    }

    @Override
    public void data(Connection link, int channel, byte[] payload) {
        deliveries.direct(link, channel, payload);
    }

    /**
     * Time has passed.
     *
     * @param awakeNanos how much of it this thread was running and would have read what came
     */
    void tick(long nanos, long awakeNanos) {
        if (stopping) {
            return; // A peer that is still told so must not be called again meanwhile.
        }
        pulse.tick(nanos, awakeNanos);
        dialer.tick(nanos, this::wanted);
        connects.tick(nanos);
    }

    private boolean wanted(String name) {
        return !name.equals(place.self().name()) && links.get(name) == null && !cuts.cut(name) && !apart.has(name);
    }

    /** What this node's users tell it to do about others. */
    Orders orders() {
        return orders;
    }

    /** The cuts have changed. */
    void cutsChanged() {
        for (Connection link : links.all()) {
            String name = link.peer().id().name();
            link.stall(cuts.readsHeld(name), cuts.writesHeld(name));
        }
        contacts.names().forEach(dialer::soon);
    }

    /** Ends every connection, with a goodbye or without; returns what is done when their sockets are closed. */
    List<ChannelFuture> stop(boolean goodbye) {
        stopping = true;
        connects.close();
        List<ChannelFuture> closed = new ArrayList<>();
        List<Connection> all = new ArrayList<>(greetings.all());
        all.addAll(links.all());
        for (Connection connection : all) {
            ChannelFuture end = connection.socketClosed();
            if (end != null) {
                closed.add(end);
            }
            if (goodbye && connection.standing()) {
                connection.flush();
                connection.closeAfter(new Control.Goodbye(), NodeEvent.Reason.STOPPED);
            } else {
                connection.close(NodeEvent.Reason.STOPPED);
            }
        }
        return closed;
    }
}

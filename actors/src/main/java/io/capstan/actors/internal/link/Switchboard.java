package io.capstan.actors.internal.link;

import io.capstan.actors.NodeEvent;
import io.capstan.actors.NodeId;
import io.netty.channel.ChannelFuture;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private final Dialer dialer;
    private final Doorkeeper doorkeeper;
    private final SecureRandom random = new SecureRandom();
    private final Links links = new Links();
    private final Map<String, Contact> contacts = new LinkedHashMap<>();
    private final Set<Connection> greeting = new LinkedHashSet<>();
    private long sinceHeartbeatNanos;
    private boolean saidMember;

    /** Who this is, and where it listens. */
    record Place(NodeId self, LinkAddress address, LinkSettings settings) {}

    /** What the switchboard works with; the mesh's other threads use these too. */
    record Parts(Home home, Cuts cuts, Router router, Deliveries deliveries, Listeners listeners) {}

    Switchboard(Place place, byte[] secret, Parts parts, Sockets sockets) {
        this.place = place;
        this.secret = secret.clone();
        this.home = parts.home();
        this.cuts = parts.cuts();
        this.router = parts.router();
        this.deliveries = parts.deliveries();
        this.listeners = parts.listeners();
        this.dialer = new Dialer(place.settings(), to -> {
            Connection connection = connection(Greeting.Role.DIALER);
            sockets.call(to, connection);
            return connection;
        });
        this.doorkeeper = new Doorkeeper(place, home, cuts, links, dialer);
    }

    /** Whom to call from now on. */
    void know(Collection<LinkAddress> configured, Collection<Contact> remembered) {
        configured.stream().filter(to -> !to.equals(place.address())).forEach(dialer::configure);
        remembered.forEach(this::learn);
    }

    /** A connection for somebody who called. */
    Connection caller() {
        Connection connection = connection(Greeting.Role.ACCEPTOR);
        if (greeting.size() > place.settings().callersMax()) {
            log.warn(
                    "a caller is turned away: more than {}.callers-max ({}) have not said who they are",
                    LinkSettings.PATH,
                    place.settings().callersMax());
            connection.close(NodeEvent.Reason.DROPPED);
        }
        return connection;
    }

    private Connection connection(Greeting.Role role) {
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
        Connection connection = new Connection(this, new Greeting(role, hello, secret, doorkeeper));
        greeting.add(connection);
        return connection;
    }

    @Override
    public void refused(Connection connection, Control.Refuse refusal, boolean ours) {
        doorkeeper.refused(connection, refusal, ours);
    }

    @Override
    public void stands(Connection link) {
        NodeId peer = link.peer().id();
        greeting.remove(link);
        Connection former = links.get(peer.name());
        if (former != null) {
            former.close(former.peer().id().equals(peer) ? NodeEvent.Reason.CLOSED : NodeEvent.Reason.REPLACED);
        }
        dialer.answered(link);
        dialer.callsTo(peer.name()).forEach(call -> call.close(NodeEvent.Reason.DROPPED));
        links.add(link);
        doorkeeper.welcomed(link);
        link.stall(cuts.readsHeld(peer.name()), cuts.writesHeld(peer.name()));
        log.info(
                "link to {} stands ({})", peer, link.greeting().role() == Greeting.Role.DIALER ? "called" : "answered");
        routesChanged(null, new MeshEvent.Linked(peer));
        sendView();
        learn(new Contact(peer, link.peer().address()));
        sendContacts(link, List.copyOf(contacts.values()));
        home.greeted(neighbour(link));
        review();
    }

    @Override
    public void ended(Connection connection, NodeEvent.Reason reason) {
        greeting.remove(connection);
        dialer.ended(connection);
        if (connection.greeting().peer() != null && links.remove(connection)) {
            unlinked(connection, reason);
        }
    }

    private void unlinked(Connection link, NodeEvent.Reason reason) {
        NodeId peer = link.peer().id();
        log.info("link to {} is gone: {}", peer, reason);
        deliveries.ended(link);
        routesChanged(new MeshEvent.Unlinked(peer, reason), null);
        sendView();
        dialer.soon(peer.name());
        review();
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

    /** Takes in where a node is, and passes on what was news. */
    private void learn(Contact contact) {
        String name = contact.id().name();
        Contact known = contacts.get(name);
        boolean news = known == null || contact.id().incarnation() > known.id().incarnation();
        if (name.equals(place.self().name()) || !news) {
            return;
        }
        if (known == null && contacts.size() >= place.settings().peersMax()) {
            log.warn(
                    "node {} is not remembered: more than {}.peers-max ({}) are known",
                    name,
                    LinkSettings.PATH,
                    place.settings().peersMax());
            return;
        }
        contacts.put(name, contact);
        dialer.know(contact);
        home.learned(contact);
        for (Connection link : links.all()) {
            sendContacts(link, List.of(contact));
        }
    }

    private static void sendContacts(Connection link, List<Contact> contacts) {
        for (int from = 0; from < contacts.size(); from += ControlCodec.CONTACTS_MAX) {
            int to = Math.min(contacts.size(), from + ControlCodec.CONTACTS_MAX);
            link.queue(new Control.Peers(contacts.subList(from, to)));
        }
        link.flush();
    }

    @Override
    public void control(Connection link, Control frame, byte[] body) {
        if (frame instanceof Control.Heartbeat heartbeat) {
            if (heartbeat.member() != link.peerIsMember()) {
                link.peerIsMember(heartbeat.member());
                review();
            }
        } else if (frame instanceof Control.View view) {
            link.view(view.links());
            routesChanged(null, null);
        } else if (frame instanceof Control.Credit credit) {
            released(link.peer().id(), 0, credit.channel(), credit.bytes());
        } else if (frame instanceof Control.Peers peers) {
            peers.contacts().forEach(this::learn);
        } else if (frame instanceof Control.Relay relay) {
            relay(link, relay, body);
        } else if (frame instanceof Control.RelayCredit credit) {
            relayCredit(link, credit, body);
        } else if (frame instanceof Control.Goodbye) {
            link.close(NodeEvent.Reason.STOPPED);
        } else {
            throw new MalformedFrame(frame.getClass().getSimpleName() + " on a link that stands");
        }
    }

    @Override
    public void data(Connection link, int channel, byte[] payload) {
        deliveries.direct(link, channel, payload);
    }

    private void relay(Connection link, Control.Relay frame, byte[] body) {
        if (!frame.to().equals(place.self())) {
            pass(link, frame.from(), frame.to(), Outbox.rank(frame.priority()), body);
        } else if (links.has(frame.from())) {
            // Too late: the link of its own has started its stream afresh. Only its sender's window comes back.
            int cost = frame.payload().length + Outlet.FRAME_COST;
            link.queue(new Control.RelayCredit(frame.from(), place.self(), frame.route(), frame.channel(), cost));
            link.flush();
        } else {
            deliveries.relayed(place.self(), link, frame);
        }
    }

    private void relayCredit(Connection link, Control.RelayCredit frame, byte[] body) {
        if (frame.to().equals(place.self())) {
            released(frame.from(), frame.route(), frame.channel(), frame.bytes());
        } else {
            pass(link, frame.from(), frame.to(), Outbox.CONTROL, body);
        }
    }

    /** One hop, from its source itself to a peer of ours, never further: so no frame can go in circles. */
    private void pass(Connection link, NodeId from, NodeId to, int rank, byte[] body) {
        Connection next = links.get(to.name());
        if (link.peer().id().equals(from) && next != null && links.has(to)) {
            next.queueRanked(rank, body);
            next.flush();
        }
    }

    /** Credit of a way that is no longer taken is nobody's. */
    private void released(NodeId peer, int route, int channel, int bytes) {
        Outlet outlet = router.routes().outlets().get(peer);
        if (outlet != null && outlet.route() == route) {
            Channel refused = outlet.release(channel, bytes);
            if (refused != null) {
                listeners.tell(new MeshEvent.Writable(peer, refused));
            }
        }
    }

    /**
     * Time has passed.
     *
     * @param awakeNanos how much of it this thread was running and would have read what came
     */
    void tick(long nanos, long awakeNanos) {
        for (Connection connection : List.copyOf(greeting)) {
            connection.age(awakeNanos);
            if (connection.ageNanos() > place.settings().dialTimeout().toNanos()) {
                connection.close(NodeEvent.Reason.SILENT);
            }
        }
        for (Connection link : links.all()) {
            link.age(awakeNanos);
            if (link.silentNanos() > place.settings().silenceMax().toNanos()) {
                link.close(NodeEvent.Reason.SILENT);
            }
        }
        sinceHeartbeatNanos += nanos;
        if (sinceHeartbeatNanos >= place.settings().heartbeat().toNanos() || home.member() != saidMember) {
            sinceHeartbeatNanos = 0;
            heartbeat();
        }
        dialer.tick(nanos, name -> !name.equals(place.self().name()) && links.get(name) == null && !cuts.cut(name));
    }

    private void heartbeat() {
        boolean member = home.member();
        for (Connection link : links.all()) {
            // Whatever waits already says that we live; a stalled link must not gather heartbeats.
            if (link.idle() || member != saidMember) {
                link.queue(new Control.Heartbeat(member));
                link.flush();
            }
        }
        saidMember = member;
        review();
    }

    private void review() {
        home.review(links.all().stream().map(Switchboard::neighbour).toList());
    }

    private static Home.Neighbour neighbour(Connection link) {
        return new Home.Neighbour(link.peer().id(), link.peer().artery(), link.peerIsMember());
    }

    /** The cuts have changed. */
    void cutsChanged() {
        for (Connection link : links.all()) {
            String name = link.peer().id().name();
            link.stall(cuts.readsHeld(name), cuts.writesHeld(name));
        }
        contacts.keySet().forEach(dialer::soon);
    }

    /** Ends every connection, with a goodbye or without; returns what is done when their sockets are closed. */
    List<ChannelFuture> stop(boolean goodbye) {
        List<ChannelFuture> closed = new ArrayList<>();
        List<Connection> all = new ArrayList<>(greeting);
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

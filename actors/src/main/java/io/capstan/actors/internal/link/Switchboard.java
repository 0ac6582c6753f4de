package io.capstan.actors.internal.link;

import io.capstan.actors.NodeEvent;
import io.capstan.actors.NodeId;
import io.netty.channel.ChannelFuture;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
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
    private final Dialer dialer;
    private final Doorkeeper doorkeeper;
    private final Connects connects = new Connects();
    private final Relays relays;
    private final Set<String> apart = new HashSet<>();
    private final SecureRandom random = new SecureRandom();
    private final Links links = new Links();
    private final Map<String, Contact> contacts = new LinkedHashMap<>();
    private final Set<Connection> greeting = new LinkedHashSet<>();
    private long sinceHeartbeatNanos;
    private boolean saidMember;

    /** Who this is, and where it listens. */
    record Place(NodeId self, LinkAddress address, LinkSettings settings) {}

    /** What the switchboard works with; the mesh's other threads use these too. */
    record Parts(Home home, Cuts cuts, Router router, Deliveries deliveries, Listeners listeners, Meter meter) {}

    Switchboard(Place place, byte[] secret, Parts parts, Sockets sockets) {
        this.place = place;
        this.secret = secret.clone();
        this.home = parts.home();
        this.cuts = parts.cuts();
        this.router = parts.router();
        this.deliveries = parts.deliveries();
        this.listeners = parts.listeners();
        this.meter = parts.meter();
        this.dialer = new Dialer(place.settings(), to -> {
            Connection connection = connection(Greeting.Role.DIALER);
            sockets.call(to, connection);
            return connection;
        });
        this.doorkeeper =
                new Doorkeeper(place, home, new Doorkeeper.Barred(cuts, apart, connects::awaits), links, dialer);
        this.relays = new Relays(place.self(), links, parts);
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
        Connection connection = new Connection(this, new Greeting(role, hello, secret, doorkeeper), meter);
        greeting.add(connection);
        return connection;
    }

    @Override
    public void refused(Connection connection, Control.Refuse refusal, boolean ours) {
        doorkeeper.refused(connection, refusal, ours);
        LinkAddress called = dialer.addressOf(connection);
        Control.Hello peer = connection.greeting().peer();
        if (called != null && peer != null && links.has(peer.id())) {
            connects.stands(peer.id(), called, called); // It is linked already, by another of its addresses.
            dialer.forget(called);
        } else if (called != null && connects.refused(called, refusal)) {
            dialer.forget(called);
        }
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
        apart.remove(peer.name());
        doorkeeper.welcomed(link);
        link.stall(cuts.readsHeld(peer.name()), cuts.writesHeld(peer.name()));
        log.info(
                "link to {} stands ({})", peer, link.greeting().role() == Greeting.Role.DIALER ? "called" : "answered");
        routesChanged(null, new MeshEvent.Linked(peer));
        sendView();
        learn(new Contact(peer, link.peer().address()));
        sendContacts(link, List.copyOf(contacts.values()));
        home.greeted(neighbour(link));
        connects.stands(peer, dialer.addressOf(link), link.peer().address());
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
            relays.released(link.peer().id(), 0, credit.channel(), credit.bytes());
        } else if (frame instanceof Control.Peers peers) {
            peers.contacts().forEach(this::learn);
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
        dialer.tick(nanos, this::wanted);
        connects.tick(nanos, dialer::forget);
    }

    private boolean wanted(String name) {
        return !name.equals(place.self().name()) && links.get(name) == null && !cuts.cut(name) && !apart.contains(name);
    }

    /** Links to whoever is at {@code address}, as {@link LinkMesh#connect} says. */
    void connect(LinkAddress address, Duration within, CompletableFuture<NodeId> told) {
        if (address.equals(place.address())) {
            told.completeExceptionally(Connects.failure(
                    address, new Control.Refuse(RefuseCode.SELF, "this is node " + place.self() + " itself")));
            return;
        }
        for (Connection link : links.all()) {
            if (address.equals(link.peer().address()) || address.equals(dialer.addressOf(link))) {
                told.complete(link.peer().id());
                return;
            }
        }
        apart.removeIf(name -> {
            Contact contact = contacts.get(name);
            return contact != null && contact.address().equals(address);
        });
        connects.add(address, within, told);
        dialer.callNow(address);
    }

    /** Ends the link to a node, as {@link LinkMesh#disconnect} says. */
    void disconnect(String name) {
        Contact contact = contacts.get(name);
        if (contact == null && links.get(name) == null) {
            return;
        }
        apart.add(name);
        if (contact != null) {
            connects.giveUp(contact.address(), "this node was told to keep apart from " + name);
        }
        dialer.callsTo(name).forEach(call -> call.close(NodeEvent.Reason.DISCONNECTED));
        Connection link = links.get(name);
        if (link != null) {
            var last = new Control.Refuse(
                    RefuseCode.DISCONNECTED, "node " + place.self().name() + " was told to");
            link.flush();
            link.closeAfter(last, NodeEvent.Reason.DISCONNECTED);
        }
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
        connects.close();
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

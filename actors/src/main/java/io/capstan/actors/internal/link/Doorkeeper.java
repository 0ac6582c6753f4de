package io.capstan.actors.internal.link;

import io.capstan.actors.NodeId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides who may have a link, and says so in one line. Confined to the mesh's thread. */
final class Doorkeeper implements Greeting.Admission {
    private static final Logger log = LoggerFactory.getLogger(Doorkeeper.class);
    private static final int COMPLAINTS_MAX = 256;

    private final NodeId self;
    private final LinkAddress address;
    private final LinkSettings settings;
    private final Home home;
    private final Barred barred;
    private final Links links;
    private final Greetings greetings;
    private final Dialer dialer;
    private final Map<Complaint, Boolean> complaints = new LinkedHashMap<>();

    /** What was told. Of TLS there is more than one thing to tell: {@code what} is empty of all else. */
    private record Complaint(String who, RefuseCode code, String what) {}

    /** Who gets no link: whoever a fault keeps away, and whoever this node was told to stay apart from. */
    record Barred(Cuts cuts, Apart apart) {}

    /** What is there, and what is about to be. */
    record Connections(Links links, Greetings greetings, Dialer dialer) {}

    Doorkeeper(Switchboard.Place place, Home home, Barred barred, Connections connections) {
        this.self = place.self();
        this.address = place.address();
        this.settings = place.settings();
        this.home = home;
        this.barred = barred;
        this.links = connections.links();
        this.greetings = connections.greetings();
        this.dialer = connections.dialer();
    }

    @Override
    public int moment() {
        return links.count();
    }

    @Override
    public Control.@Nullable Refuse judge(Control.Hello peer, @Nullable LinkAddress called, int heard) {
        NodeId id = peer.id();
        if (barred.cuts().cut(id.name())) {
            return new Control.Refuse(RefuseCode.UNREACHABLE, "cut");
        } else if (barred.apart().bars(peer, called)) {
            return new Control.Refuse(
                    RefuseCode.DISCONNECTED,
                    "node " + self.name() + " was told to stay apart from node " + id.name()
                            + ", until it is told to connect to it");
        } else if (id.equals(self)) {
            return new Control.Refuse(RefuseCode.SELF, "this is node " + self);
        } else if (id.name().equals(self.name())) {
            return new Control.Refuse(
                    RefuseCode.NAME_IN_USE, "the name " + id.name() + " belongs to a living node at " + address);
        }
        Control.Refuse stranger = judgeCluster(peer);
        if (stranger != null) {
            return stranger;
        } else if (links.outdated(id)) {
            return new Control.Refuse(
                    RefuseCode.OUTDATED, "a newer start of node " + id.name() + " has been seen by " + self.name());
        }
        Connection standing = links.get(id.name());
        if (standing != null) {
            return judgeSecond(peer, standing, called, heard);
        } else if (links.size() >= settings.peersMax()) {
            return new Control.Refuse(
                    RefuseCode.FULL,
                    "node " + self.name() + " has " + links.size() + " links: " + LinkSettings.PATH + ".peers-max");
        }
        return judgeCrossing(id, called);
    }

    private Control.@Nullable Refuse judgeCluster(Control.Hello peer) {
        ClusterId cluster = home.cluster();
        if (cluster == null && peer.cluster() == null) {
            return new Control.Refuse(RefuseCode.NO_CLUSTER, "node " + self.name() + " belongs to no cluster yet");
        } else if (cluster != null && peer.cluster() != null && !cluster.equals(peer.cluster())) {
            return new Control.Refuse(
                    RefuseCode.WRONG_CLUSTER,
                    "node " + self.name() + " at " + address + " belongs to cluster " + cluster + ", node "
                            + peer.id().name() + " at " + peer.address() + " to cluster " + peer.cluster()
                            + ": a node that is to change clusters starts with an empty directory");
        }
        return null;
    }

    /** A link to this name stands already. */
    private Control.@Nullable Refuse judgeSecond(
            Control.Hello peer, Connection standing, @Nullable LinkAddress called, int heard) {
        if (standing.peer().id().equals(peer.id())) {
            // Whoever calls after our link stood here has lost its end of it. But a caller whose hello came earlier may
            // have answered our own call meanwhile, with its proof already under way.
            return called == null && standing.serial() <= heard
                    ? null
                    : new Control.Refuse(RefuseCode.ALREADY_LINKED, "a link stands already");
        }
        if (standing.silentNanos() > settings.silenceMax().toNanos() / 2) {
            return null;
        }
        return new Control.Refuse(
                RefuseCode.NAME_IN_USE,
                "the name " + peer.id().name() + " belongs to a living node at "
                        + standing.peer().address());
    }

    /**
     * Of two calls that cross, the lower node's is kept. It is enough that the lower one refuses once its own proof is
     * out: before that it gives its own call up for the other's, and the higher one never insists. Of two calls of our
     * own, to two addresses of one node, the one whose proof is out is kept.
     */
    private Control.@Nullable Refuse judgeCrossing(NodeId peer, @Nullable LinkAddress called) {
        boolean insists = (called != null || self.compareTo(peer) < 0)
                && greetings.callsTo(peer.name()).stream()
                        .anyMatch(call ->
                                call.greeting().proved() && call.peer().id().equals(peer));
        return insists ? new Control.Refuse(RefuseCode.ALREADY_LINKED, "another call came first") : null;
    }

    @Override
    public void trust(Control.Hello peer) {
        ClusterId cluster = peer.cluster();
        if (home.cluster() == null && cluster != null) {
            home.adopt(cluster);
        }
    }

    /** A greeting came to nothing: says so, once per peer and cause until a link stands, as whoever is refused tries again. */
    void refused(Connection connection, Control.Refuse refusal, boolean ours) {
        switch (refusal.code()) {
            case UNREACHABLE, ALREADY_LINKED, NO_CLUSTER ->
                log.debug("{}: no link {}: {}", self.name(), connection, refusal.text());
            case SELF -> dialer.ourselves(connection);
            default -> {
                String who = who(connection);
                String what = refusal.code() == RefuseCode.INSECURE ? refusal.text() : "";
                Boolean before = complaints.put(new Complaint(who, refusal.code(), what), ours);
                if (complaints.size() > COMPLAINTS_MAX) {
                    complaints.remove(complaints.keySet().iterator().next());
                }
                if (before == null) {
                    log.atWarn()
                            .addKeyValue("node", self)
                            .addKeyValue("peer", who)
                            .addKeyValue("reason", refusal.code())
                            .log(
                                    ours ? "{}: {} is refused: {}" : "{}: {} refuses us: {}",
                                    self.name(),
                                    who,
                                    refusal.text());
                }
            }
        }
    }

    /** A link came about after all: the next refusal is news again. */
    void welcomed(Connection link) {
        String who = who(link);
        complaints.keySet().removeIf(told -> told.who().equals(who));
    }

    private String who(Connection connection) {
        Control.Hello peer = connection.greeting().peer();
        return peer == null
                // A caller has another port each time.
                ? "somebody at " + (connection.greeting().called() == null ? connection.host() : connection.place())
                : "node " + peer.id().name() + " at " + peer.address();
    }
}

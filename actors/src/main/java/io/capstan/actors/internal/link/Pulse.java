package io.capstan.actors.internal.link;

import io.capstan.actors.NodeEvent;

/**
 * Signs of life, and what goes with them: who has said nothing for too long has no connection any more; who hears nothing
 * else of this node gets a heartbeat; and who is a member of Pekko's cluster says so in it. Confined to the mesh's thread.
 */
final class Pulse {
    private final LinkSettings settings;
    private final Home home;
    private final Links links;
    private final Greetings greetings;
    private final Dialer dialer;
    private long sinceHeartbeatNanos;
    private boolean saidMember;

    Pulse(LinkSettings settings, Home home, Doorkeeper.Connections connections) {
        this.settings = settings;
        this.home = home;
        this.links = connections.links();
        this.greetings = connections.greetings();
        this.dialer = connections.dialer();
    }

    /**
     * Time has passed.
     *
     * @param awakeNanos how much of it this thread was running and would have read what came
     */
    void tick(long nanos, long awakeNanos) {
        for (Connection connection : greetings.all()) {
            connection.age(awakeNanos);
            if (connection.ageNanos() > settings.dialTimeout().toNanos()) {
                connection.close(NodeEvent.Reason.SILENT);
            } else if (dialer.forgot(connection) && !connection.greeting().proved()) {
                // Once our proof is out the link may stand at the other end: that is not taken back.
                connection.close(NodeEvent.Reason.DROPPED);
            }
        }
        for (Connection link : links.all()) {
            link.age(awakeNanos);
            if (link.silentNanos() > settings.silenceMax().toNanos()) {
                link.close(NodeEvent.Reason.SILENT);
            }
        }
        sinceHeartbeatNanos += nanos;
        if (sinceHeartbeatNanos >= settings.heartbeat().toNanos() || home.member() != saidMember) {
            sinceHeartbeatNanos = 0;
            beat();
        }
    }

    private void beat() {
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

    /** A peer lives. */
    void heard(Connection link, Control.Heartbeat heartbeat) {
        if (heartbeat.member() != link.peerIsMember()) {
            link.peerIsMember(heartbeat.member());
            review();
        }
    }

    /** Who is linked, or a member, has changed. */
    void review() {
        home.review(links.all().stream().map(Pulse::neighbour).toList());
    }

    static Home.Neighbour neighbour(Connection link) {
        return new Home.Neighbour(link.peer().id(), link.peer().artery(), link.peerIsMember());
    }
}

package io.capstan.actors.internal.link;

import io.capstan.actors.NodeId;

/** Frames that take one hop through a third node: passed on, or taken in. Confined to the mesh's thread. */
final class Relays {
    private final NodeId self;
    private final Links links;
    private final Router router;
    private final Deliveries deliveries;
    private final Listeners listeners;
    private final Meter meter;

    Relays(NodeId self, Links links, Switchboard.Parts parts) {
        this.self = self;
        this.links = links;
        this.router = parts.router();
        this.deliveries = parts.deliveries();
        this.listeners = parts.listeners();
        this.meter = parts.meter();
    }

    void relay(Connection link, Control.Relay frame, byte[] body) {
        if (!frame.to().equals(self)) {
            pass(link, frame.from(), frame.to(), Outbox.rank(frame.priority()), body);
        } else if (links.has(frame.from())) {
            // Too late: the link of its own has started its stream afresh. Only its sender's window comes back.
            meter.dropped(frame.channel());
            int cost = frame.payload().length + Outlet.FRAME_COST;
            link.queue(new Control.RelayCredit(frame.from(), self, frame.route(), frame.channel(), cost));
            link.flush();
        } else {
            deliveries.relayed(self, link, frame);
        }
    }

    void credit(Connection link, Control.RelayCredit frame, byte[] body) {
        if (frame.to().equals(self)) {
            released(frame.from(), frame.route(), frame.channel(), frame.bytes());
        } else {
            pass(link, frame.from(), frame.to(), Outbox.CONTROL, body);
        }
    }

    /** One hop, from its source itself to a peer of ours, never further: so no frame can go in circles. */
    private void pass(Connection link, NodeId from, NodeId to, int rank, byte[] body) {
        Connection next = links.get(to.name());
        if (link.peer().id().equals(from) && next != null && links.has(to)) {
            next.queueRanked(rank, 0, body);
            next.flush();
        } else {
            meter.dropped(0);
        }
    }

    /** Credit of a way that is no longer taken is nobody's. */
    void released(NodeId peer, int route, int channel, int bytes) {
        Outlet outlet = router.routes().outlets().get(peer);
        if (outlet != null && outlet.route() == route) {
            Channel refused = outlet.release(channel, bytes);
            if (refused != null) {
                listeners.tell(new MeshEvent.Writable(peer, refused));
            }
        }
    }
}

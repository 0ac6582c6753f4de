package io.capstan.raft.internal.effect;

import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.MeshEvent;
import io.capstan.raft.Effects;
import io.capstan.raft.internal.wire.EffectFrame;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where the processes live that a leader has something to say to, as far as it has been told. */
final class Places {
    /** A Pekko system, and the node that has answered for it. */
    static final class Place {
        final String address;

        @Nullable
        NodeId node;

        /** Since when it has been asked in vain: not since when nobody had anything to ask of it. */
        long since;

        /** Messages for it that are not under way yet, and how many are. */
        final TreeSet<Effects.Id> waiting = new TreeSet<>();

        int underWay;
        private int wanted;

        Place(String address, long now) {
            this.address = address;
            since = now;
        }

        boolean isSilent(long forNanos, long now) {
            return node == null && now - since >= forNanos;
        }
    }

    private final Way way;
    private final Map<String, Place> places = new HashMap<>();

    Places(Way way) {
        this.way = way;
    }

    /** The system that a reference belongs to: {@code pekko://system@host:port}. */
    static String addressOf(String reference) {
        int end = reference.indexOf('/', reference.indexOf("://") + 3);
        return end < 0 ? reference : reference.substring(0, end);
    }

    /** Something is wanted of it from now on. */
    Place want(String reference, long now) {
        Place place = places.computeIfAbsent(addressOf(reference), address -> new Place(address, now));
        place.wanted++;
        return place;
    }

    /** That is over. A place that nothing is wanted of begins afresh: its silence says nothing. */
    void unwant(Place place) {
        if (--place.wanted == 0 && place.node == null) {
            places.remove(place.address);
        }
    }

    /** Where something is wanted. */
    @Nullable
    Place find(String reference) {
        return places.get(addressOf(reference));
    }

    /** A node can be reached no longer, or runs anew; of the run before nothing more is told. */
    void onLinks(MeshEvent event, long now, Consumer<Place> lost) {
        NodeId peer = event.peer();
        boolean gone = event instanceof MeshEvent.Hidden;
        boolean there = event instanceof MeshEvent.Visible;
        for (Place place : places.values()) {
            NodeId node = place.node;
            boolean its = node != null && node.name().equals(peer.name());
            if (its && ((gone && peer.equals(node)) || (there && !peer.equals(node)))) {
                place.node = null;
                place.since = now;
                lost.accept(place);
            }
        }
        places.values().removeIf(place -> place.wanted == 0 && place.node == null);
    }

    /** Whoever does not have the process says nothing; who has is asked alone from then on. */
    void send(Place place, EffectFrame frame) {
        NodeId node = place.node;
        if (node != null) {
            way.frames().send(node, frame);
        } else {
            way.nodes().reached().forEach(each -> way.frames().send(each, frame));
        }
    }

    void clear() {
        places.clear();
    }
}

package io.capstan.registry.internal.names;

import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.Channel;
import io.capstan.actors.internal.link.Mesh;
import io.capstan.registry.core.ClaimMessage;
import io.capstan.registry.core.ClaimWire;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What one turn of the names' actor says about claims, in as few frames as may be: one for each node. */
final class ClaimPost {
    static final Channel CHANNEL = new Channel(49, "claims", Channel.Priority.NORMAL);

    private final Mesh mesh;
    private final ClaimWire wire;
    private final Map<NodeId, Bag> bags = new LinkedHashMap<>();

    private static final class Bag {
        final List<byte[]> frames = new ArrayList<>();
        int bytes;
    }

    ClaimPost(Mesh mesh, ClaimWire wire) {
        this.mesh = mesh;
        this.wire = wire;
    }

    void add(NodeId to, ClaimMessage message) {
        byte[] frame = wire.encode(message);
        Bag bag = bags.computeIfAbsent(to, absent -> new Bag());
        if (bag.bytes + frame.length > Mesh.PAYLOAD_BYTES_MAX) {
            send(to, bag);
        }
        bag.frames.add(frame);
        bag.bytes += frame.length;
    }

    /** Sends all of it. What the window refuses is lost: whoever waits for an answer asks again. */
    void send() {
        bags.forEach(this::send);
        bags.clear();
    }

    private void send(NodeId to, Bag bag) {
        mesh.send(to, CHANNEL, wire.join(bag.frames));
        bag.frames.clear();
        bag.bytes = 0;
    }
}

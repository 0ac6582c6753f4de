package io.capstan.actors.internal.link;

import io.capstan.actors.NodeId;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Hands what comes to whoever serves its channel, and gives the sender its window back. Confined to the mesh's thread. */
final class Deliveries {
    private final int windowBytes;
    private final Executor loop;
    private final Meter meter;
    private final AtomicReferenceArray<Mesh.Receiver> receivers = new AtomicReferenceArray<>(128);
    private final Map<Connection, Map<Integer, Intake>> direct = new HashMap<>();
    private final Map<String, Stream> relayed = new HashMap<>();

    /** What comes from one node over one route through others. */
    private record Stream(NodeId from, int route, Map<Integer, Intake> intakes) {}

    Deliveries(int windowBytes, Executor loop, Meter meter) {
        this.windowBytes = windowBytes;
        this.loop = loop;
        this.meter = meter;
    }

    /** Thread-safe. */
    void serve(Channel channel, Mesh.Receiver receiver) {
        if (!receivers.compareAndSet(channel.code(), null, receiver)) {
            throw new IllegalStateException(
                    "channel " + channel.name() + " (" + channel.code() + ") is served already");
        }
        meter.name(channel);
    }

    /** Thread-safe. */
    void withdraw(Channel channel) {
        receivers.set(channel.code(), null);
    }

    /** A frame that came on the sender's own link. */
    void direct(Connection link, int channel, byte[] payload) {
        Intake intake = direct.computeIfAbsent(link, fresh -> new HashMap<>())
                .computeIfAbsent(
                        channel,
                        fresh -> new Intake(
                                windowBytes,
                                bytes -> loop.execute(() -> {
                                    link.queue(new Control.Credit(channel, bytes));
                                    link.flush();
                                })));
        hand(link.peer().id(), channel, payload, intake);
    }

    /** A frame that came through {@code relay}. Frames of an older route than one seen before come too late. */
    void relayed(NodeId self, Connection relay, Control.Relay frame) {
        NodeId from = frame.from();
        Stream stream = relayed.get(from.name());
        if (stream != null && later(stream.from(), stream.route(), from, frame.route())) {
            meter.dropped(frame.channel());
            return;
        }
        if (stream == null || !stream.from().equals(from) || stream.route() != frame.route()) {
            stream = new Stream(from, frame.route(), new HashMap<>());
            relayed.put(from.name(), stream);
        }
        int channel = frame.channel();
        Intake intake = stream.intakes()
                .computeIfAbsent(
                        channel,
                        fresh -> new Intake(
                                Router.RELAY_WINDOW_BYTES,
                                bytes -> loop.execute(() -> {
                                    relay.queue(new Control.RelayCredit(from, self, frame.route(), channel, bytes));
                                    relay.flush();
                                })));
        hand(from, channel, frame.payload(), intake);
    }

    private static boolean later(NodeId seen, int seenRoute, NodeId from, int route) {
        return seen.incarnation() > from.incarnation() || (seen.equals(from) && seenRoute > route);
    }

    /** A link has come to its end: nothing on it is owed any more. */
    void ended(Connection link) {
        direct.remove(link);
    }

    private void hand(NodeId from, int channel, byte[] payload, Intake intake) {
        Runnable consumed = intake.take(payload.length);
        Mesh.Receiver receiver = receivers.get(channel);
        if (receiver == null) {
            // Nobody here speaks this protocol (yet); its sender must not run dry for it.
            meter.dropped(channel);
            consumed.run();
        } else {
            receiver.onFrame(from, payload, consumed);
        }
    }
}

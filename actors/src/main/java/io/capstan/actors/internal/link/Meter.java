package io.capstan.actors.internal.link;

import io.capstan.actors.LinkTraffic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/** Counts what goes over the links, by channel and by peer. Thread-safe, and cheap enough to be always on. */
final class Meter {
    /** What is counted of a frame: its channel, and all its bytes on the wire. Channel 0 is the link's own. */
    private final AtomicReferenceArray<@Nullable Row> rows = new AtomicReferenceArray<>(128);

    private final AtomicReferenceArray<@Nullable String> names = new AtomicReferenceArray<>(128);

    private final Map<String, Tally> peers = new ConcurrentHashMap<>();

    /** Frames and bytes, both ways: of a channel, or to and from one node, what it passes on included. */
    static class Tally {
        final LongAdder messagesOut = new LongAdder();
        final LongAdder bytesOut = new LongAdder();
        final LongAdder messagesIn = new LongAdder();
        final LongAdder bytesIn = new LongAdder();

        final void sent(int bytes) {
            messagesOut.increment();
            bytesOut.add(bytes);
        }

        final void received(int bytes) {
            messagesIn.increment();
            bytesIn.add(bytes);
        }
    }

    private static final class Row extends Tally {
        private final LongAdder refused = new LongAdder();
        private final LongAdder dropped = new LongAdder();
    }

    /** What a channel is called from now on. */
    void name(Channel channel) {
        names.set(channel.code(), channel.name());
    }

    void sent(int channel, int bytes) {
        row(channel).sent(bytes);
    }

    void received(int channel, int bytes) {
        row(channel).received(bytes);
    }

    void refused(int channel) {
        row(channel).refused.increment();
    }

    void dropped(int channel) {
        row(channel).dropped.increment();
    }

    private Row row(int channel) {
        Row known = rows.get(channel);
        if (known != null) {
            return known;
        }
        Row fresh = new Row();
        Row other = rows.compareAndExchange(channel, null, fresh);
        return other == null ? fresh : other;
    }

    /**
     * All channels on which something happened, by their codes.
     *
     * @param underWay the bytes under way on a channel now
     */
    List<LinkTraffic> read(IntToLongFunction underWay) {
        List<LinkTraffic> all = new ArrayList<>();
        for (int channel = 0; channel < rows.length(); channel++) {
            Row row = rows.get(channel);
            if (row != null) {
                String name = names.get(channel);
                all.add(new LinkTraffic(
                        channel == 0 ? "link" : name == null ? "channel-" + channel : name,
                        row.messagesOut.sum(),
                        row.bytesOut.sum(),
                        row.messagesIn.sum(),
                        row.bytesIn.sum(),
                        row.refused.sum(),
                        row.dropped.sum(),
                        underWay.applyAsLong(channel)));
            }
        }
        return all;
    }

    /** Where what goes to and from the node of this name is counted, over all its incarnations. */
    Tally with(String peer) {
        return peers.computeIfAbsent(peer, name -> new Tally());
    }

    /** Nobody asks for that node any more. */
    void forget(String peer) {
        peers.remove(peer);
    }

    /** What has gone over the direct link to each node that there was one to, but those forgotten, by its name. */
    Map<String, PeerTraffic> readPeers() {
        Map<String, PeerTraffic> all = new TreeMap<>();
        peers.forEach((name, tally) -> all.put(
                name,
                new PeerTraffic(
                        tally.messagesOut.sum(), tally.bytesOut.sum(), tally.messagesIn.sum(), tally.bytesIn.sum())));
        return all;
    }
}

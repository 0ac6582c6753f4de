package io.capstan.crdt.core;

import io.capstan.actors.NodeId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What we know of one linked peer, from Linked to Unlinked. */
final class Peer<K, V> {
    final NodeId id;
    /** Its table on this link, once it has greeted; before that it is told nothing. */
    @Nullable
    Slot table;
    /** What it says it holds. */
    final Map<Slot, Have> offers = new LinkedHashMap<>();
    /** What we told it that we hold. */
    final Map<Slot, Have> told = new HashMap<>();
    /** Streams with something to send, in the order in which their turn comes. */
    final Set<Outbound<K, V>> ready = new LinkedHashSet<>();
    /** What it acknowledged of our own slot. */
    long acknowledged;

    int inFlight;
    /** Digests and checks it has not worked off. */
    int unheard;
    /** It is to be told more once it has. */
    boolean toBeTold;
    /** How many of our copies were compared with its own in this round; a new peer waits for the next one. */
    int checked = Integer.MAX_VALUE;

    private final Map<Long, Outbound<K, V>> byStream = new HashMap<>();
    private final Map<Slot, Outbound<K, V>> bySlot = new HashMap<>();

    Peer(NodeId id) {
        this.id = id;
    }

    void open(Outbound<K, V> outbound) {
        Outbound<K, V> before = bySlot.get(outbound.copy.slot);
        if (before != null) {
            close(before);
        }
        byStream.put(outbound.stream, outbound);
        bySlot.put(outbound.copy.slot, outbound);
        ready.add(outbound);
    }

    void close(Outbound<K, V> outbound) {
        byStream.remove(outbound.stream);
        bySlot.remove(outbound.copy.slot);
        ready.remove(outbound);
        inFlight -= outbound.inFlight;
    }

    @Nullable
    Outbound<K, V> stream(long stream) {
        return byStream.get(stream);
    }

    @Nullable
    Outbound<K, V> streamOf(Slot slot) {
        return bySlot.get(slot);
    }

    boolean direct(Slot slot) {
        Have have = offers.get(slot);
        return have != null && have.direct();
    }
}

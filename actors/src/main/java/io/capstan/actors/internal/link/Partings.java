package io.capstan.actors.internal.link;

import io.capstan.actors.NodeEvent;
import io.capstan.actors.NodeId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Links that ended and that stand again: counts them, and tells the flight recorder of each that does. Thread-safe. */
public final class Partings {
    private final NodeId self;
    private final Map<NodeEvent.Reason, LongAdder> ended = new ConcurrentHashMap<>();
    private final AtomicLong healed = new AtomicLong();
    private final Map<String, Parting> apart = new ConcurrentHashMap<>();

    private record Parting(NodeId peer, NodeEvent.Reason reason, long sinceNanos, HealEvent heal) {}

    Partings(NodeId self) {
        this.self = self;
    }

    void parted(NodeId peer, NodeEvent.Reason reason) {
        ended.computeIfAbsent(reason, none -> new LongAdder()).increment();
        HealEvent heal = new HealEvent();
        heal.begin();
        apart.put(peer.name(), new Parting(peer, reason, System.nanoTime(), heal));
    }

    void met(NodeId peer) {
        Parting parting = apart.remove(peer.name());
        if (parting == null) {
            return;
        }
        boolean restarted = !parting.peer().equals(peer);
        if (!restarted) {
            healed.incrementAndGet();
        }
        parting.heal()
                .commit(
                        self.name(),
                        peer.name(),
                        parting.reason(),
                        restarted,
                        System.nanoTime() - parting.sinceNanos());
    }

    /** Nobody asks for that node any more. */
    void forget(String peer) {
        apart.remove(peer);
    }

    /** How many links have ended for this reason since the node started. */
    public long ended(NodeEvent.Reason reason) {
        LongAdder count = ended.get(reason);
        return count == null ? 0 : count.sum();
    }

    /** How many stand again to the very node that they had been to. */
    public long healed() {
        return healed.get();
    }
}

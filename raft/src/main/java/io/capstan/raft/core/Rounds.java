package io.capstan.raft.core;

import java.util.ArrayDeque;

/**
 * The numbered questions "do you still follow me?" that heartbeats, reads, the lease and the leader's own doubt share.
 *
 * <p>A number belongs to one term and is never used again in it, so a late answer can only speak for a round that really
 * was before it (etcd#20418: a retried read took the answers to its first try).
 */
final class Rounds {
    private record Sent(long round, long tick, long at) {}

    private final ArrayDeque<Sent> open = new ArrayDeque<>();
    private long current;
    private Sent confirmed;

    Rounds(long tick, long now) {
        // Having just been elected by a majority is as good as a round answered now.
        confirmed = new Sent(0, tick, now);
    }

    long current() {
        return current;
    }

    /** The latest round that a majority has answered. */
    long confirmed() {
        return confirmed.round();
    }

    boolean isOpen() {
        return !open.isEmpty();
    }

    void start(long tick, long now) {
        current++;
        open.add(new Sent(current, tick, now));
    }

    void confirm(long round) {
        while (!open.isEmpty() && open.element().round() <= round) {
            confirmed = open.remove();
        }
    }

    /** Ticks since the confirmed round was sent: so long ago this member was certainly the leader. */
    long doubt(long tick) {
        return tick - confirmed.tick();
    }

    /** Until when no other leader can exist, on this member's monotonic clock; needs one answered round of this term. */
    long leaseEnd(long leaseMillis) {
        return confirmed.round() == 0 ? Long.MIN_VALUE : confirmed.at() + leaseMillis;
    }
}

package io.capstan.raft.core;

import java.util.ArrayDeque;

/**
 * Linearizable reads without the log (ReadIndex, thesis §6.4).
 *
 * <p>A read waits for a round that starts after it came (MicroRaft let it join one already on its way); rounds do not
 * start before an entry of the leader's own term is committed, for only then does it know what is (etcd#7331, tikv#9208).
 */
final class Reads {
    private record Asked(long correlation, long round, long index) {}

    private final Replica replica;
    private final Rounds rounds;
    private final ArrayDeque<Long> waiting = new ArrayDeque<>();
    private final ArrayDeque<Asked> asked = new ArrayDeque<>();
    private boolean leaseIsOver;

    Reads(Replica replica, Rounds rounds) {
        this.replica = replica;
        this.rounds = rounds;
    }

    /** Takes a read, or answers it at once when {@code lease} allows it. */
    void add(Input.Read read, boolean ready) {
        boolean covered = read.lease() && ready && !leaseIsOver;
        if (covered && replica.now < rounds.leaseEnd(replica.settings.timing().leaseMillis())) {
            replica.out.add(new Effect.ReadReady(read.correlation(), replica.commit()));
        } else if (waiting.size() + asked.size() >= replica.settings.limits().uncommittedEntries()) {
            replica.out.add(new Effect.Refused(read.correlation(), Refusal.OVERLOADED, replica.leaderId()));
        } else {
            waiting.add(read.correlation());
        }
    }

    /**
     * No lease in the rest of this term: a successor has been told not to wait for this leader's silence, and that
     * message may arrive at any time (thesis §6.4.1).
     */
    void endLease() {
        leaseIsOver = true;
    }

    /** Whether a round should start: one at a time, so that reads that come meanwhile share the next. */
    boolean wantRound() {
        return !waiting.isEmpty() && (asked.isEmpty() || asked.getLast().round() <= rounds.confirmed());
    }

    /** A round has just been started; every read that came before is in it. */
    void join() {
        while (!waiting.isEmpty()) {
            asked.add(new Asked(waiting.remove(), rounds.current(), replica.commit()));
        }
    }

    void release() {
        while (!asked.isEmpty() && asked.element().round() <= rounds.confirmed()) {
            Asked done = asked.remove();
            replica.out.add(new Effect.ReadReady(done.correlation(), done.index()));
        }
    }

    void refuseAll() {
        while (!asked.isEmpty()) {
            replica.out.add(new Effect.Refused(asked.remove().correlation(), Refusal.NOT_LEADER, replica.leaderId()));
        }
        while (!waiting.isEmpty()) {
            replica.out.add(new Effect.Refused(waiting.remove(), Refusal.NOT_LEADER, replica.leaderId()));
        }
    }
}

package io.capstan.raft.core;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Linearizable reads without the log (ReadIndex, thesis §6.4).
 *
 * <p>A read waits for a round that starts after it came (MicroRaft let it join one already on its way); rounds do not
 * start before an entry of the leader's own term is committed, for only then does it know what is (etcd#7331, tikv#9208).
 */
final class Reads {
    /** A read of one's own, or the question of a follower that wants to answer reads (thesis §6.4). */
    private record Caller(@Nullable MemberId follower, long id) {}

    private record Asked(Caller caller, long round, long index) {}

    private final Replica replica;
    private final Rounds rounds;
    private final ArrayDeque<Caller> waiting = new ArrayDeque<>();
    private final ArrayDeque<Asked> asked = new ArrayDeque<>();
    private boolean leaseIsOver;

    Reads(Replica replica, Rounds rounds) {
        this.replica = replica;
        this.rounds = rounds;
    }

    void add(Input.Read read, boolean ready) {
        add(new Caller(null, read.correlation()), read.lease(), ready);
    }

    void add(MemberId follower, Message.ReadAsk ask, boolean ready) {
        add(new Caller(follower, ask.id()), ask.lease(), ready);
    }

    /** Takes a read, or answers it at once when {@code lease} allows it. */
    private void add(Caller caller, boolean lease, boolean ready) {
        boolean covered = lease && ready && !leaseIsOver;
        if (covered && replica.now < rounds.leaseEnd(replica.settings.timing().leaseMillis())) {
            answer(caller, replica.commit());
        } else if (waiting.size() + asked.size() >= replica.settings.limits().uncommittedEntries()) {
            refuse(caller, Refusal.OVERLOADED);
        } else {
            waiting.add(caller);
        }
    }

    /**
     * No lease in the rest of this term: a successor has been told not to wait for this leader's silence, and that
     * message may arrive at any time (thesis §6.4.1).
     */
    void endLease() {
        leaseIsOver = true;
    }

    boolean isIdle() {
        return waiting.isEmpty() && asked.isEmpty();
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
            answer(done.caller(), done.index());
        }
    }

    void refuseAll() {
        asked.forEach(read -> refuse(read.caller(), Refusal.NOT_LEADER));
        asked.clear();
        waiting.forEach(caller -> refuse(caller, Refusal.NOT_LEADER));
        waiting.clear();
    }

    private void answer(Caller caller, long index) {
        MemberId follower = caller.follower();
        if (follower == null) {
            replica.out.add(new Effect.ReadReady(caller.id(), index));
        } else {
            replica.out.send(follower, new Message.ReadAnswer(replica.term(), caller.id(), index));
        }
    }

    /** A follower is told nothing: it sees the next leader, or gives up by itself. */
    private void refuse(Caller caller, Refusal why) {
        if (caller.follower() == null) {
            replica.out.add(new Effect.Refused(caller.id(), why, replica.leaderId()));
        }
    }
}

package io.capstan.raft.core;

import org.jspecify.annotations.Nullable;

/** Leadership transfer (thesis §3.10): hold new work back, let the target catch up, tell it to campaign. */
final class Handover {
    private final Replica replica;
    private final Peers peers;
    private final Reads reads;
    private @Nullable MemberId target;
    private long correlation;
    private long startedTick;
    private boolean told;

    Handover(Replica replica, Peers peers, Reads reads) {
        this.replica = replica;
        this.peers = peers;
        this.reads = reads;
    }

    boolean isActive() {
        return target != null;
    }

    void begin(Input.TransferLeadership asked) {
        Progress progress = peers.find(asked.target());
        if (isActive()) {
            refuse(asked.correlation(), Refusal.TRANSFERRING);
        } else if (progress == null || !progress.votes) {
            refuse(asked.correlation(), Refusal.INVALID_CHANGE);
        } else if (!peers.isCaughtUp(progress)) {
            // openraft#1805: a target without the entries stopped the group until the transfer timed out.
            refuse(asked.correlation(), Refusal.LAGGING);
        } else {
            target = asked.target();
            correlation = asked.correlation();
            startedTick = replica.tick;
            told = false;
        }
    }

    /** Tells the target once it has everything. */
    void proceed() {
        Progress progress = target == null ? null : peers.find(target);
        if (progress == null || told || progress.match < replica.log.last()) {
            return;
        }
        told = true;
        reads.endLease();
        replica.out.send(progress.id, new Message.TimeoutNow(replica.term()));
        replica.out.add(new Effect.Accepted(correlation, progress.match, progress.match, replica.term()));
    }

    /** Gives up after an election timeout, and work goes on (thesis §3.10). */
    void tick() {
        if (target != null
                && replica.tick - startedTick >= replica.settings.timing().electionMin()) {
            end(Refusal.LAGGING);
        }
    }

    /** No longer leader, be it by success or otherwise. */
    void end(Refusal why) {
        if (target != null && !told) {
            refuse(correlation, why);
        }
        target = null;
    }

    /** This leader's disk is sick, or it was removed: whoever has most may go on at once. Its own role ends with it. */
    void stepAside() {
        Progress best = peers.mostComplete();
        if (best != null) {
            reads.endLease();
            replica.out.send(best.id, new Message.TimeoutNow(replica.term()));
        }
    }

    private void refuse(long ofCorrelation, Refusal why) {
        replica.out.add(new Effect.Refused(ofCorrelation, why, replica.leaderId()));
    }
}

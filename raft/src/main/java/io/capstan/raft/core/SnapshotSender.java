package io.capstan.raft.core;

import io.capstan.raft.core.Message.SnapshotChunk;
import io.capstan.raft.core.Message.SnapshotReply;

/** The leader's side of a snapshot (§7): a window of pieces on their way, resumed where the follower says. */
final class SnapshotSender {
    private static final int HOLD_ELECTIONS = 10;

    private final Replica replica;
    private final Peers peers;
    private final Rounds rounds;

    SnapshotSender(Replica replica, Peers peers, Rounds rounds) {
        this.replica = replica;
        this.peers = peers;
        this.rounds = rounds;
    }

    void start(Progress progress) {
        progress.snapshot(replica.log.snapshot(), replica.tick);
        ask(progress);
    }

    /** Pieces or their answers may be lost: ask again after a while. */
    void tick(Progress progress) {
        boolean silent = progress.transfer.silence(replica.tick)
                >= replica.settings.timing().electionMin();
        if (progress.state == Progress.State.SNAPSHOT && silent) {
            progress.transfer.askAgain(replica.tick);
            ask(progress);
        }
    }

    void onRead(Input.SnapshotRead read) {
        Progress progress = peers.find(read.to());
        if (progress == null
                || progress.state != Progress.State.SNAPSHOT
                || progress.transfer.snapshot.index() != read.index()
                || !progress.transfer.isUnderWay(read.offset())) {
            return;
        }
        if (read.bytes().length == 0) {
            // The shell no longer has it. When there is no other, the next tick that has waited long enough asks again.
            if (replica.log.snapshot().index() > read.index()) {
                start(progress);
            }
            return;
        }
        if (read.last()) {
            progress.transfer.endsAt(read.offset() + read.bytes().length);
        }
        replica.out.send(
                progress.id,
                new SnapshotChunk(
                        replica.term(),
                        progress.session,
                        rounds.current(),
                        progress.transfer.snapshot,
                        read.offset(),
                        read.bytes(),
                        read.last()));
    }

    void onReply(Progress progress, SnapshotReply reply) {
        if (progress.state != Progress.State.SNAPSHOT || reply.index() != progress.transfer.snapshot.index()) {
            return;
        }
        if (reply.complete()) {
            progress.acknowledged(reply.index());
            progress.probeFrom(reply.index() + 1);
        } else if (progress.transfer.confirm(reply.nextOffset(), replica.tick)) {
            ask(progress);
        }
    }

    /**
     * Up to where the log may be forgotten: not beyond a snapshot that is on its way, or its receiver would need the next
     * one at once, and so for ever when snapshots are taken faster than they travel (hashicorp#212, consul#9609). One
     * that gets nowhere for a few elections' time holds nothing.
     */
    long forgettable() {
        long patience = (long) HOLD_ELECTIONS * replica.settings.timing().electionMax();
        long upTo = Long.MAX_VALUE;
        for (Progress progress : peers) {
            boolean moves = progress.transfer.stuck(replica.tick) < patience;
            if (progress.state == Progress.State.SNAPSHOT && moves) {
                upTo = Math.min(upTo, progress.transfer.snapshot.index());
            }
        }
        return upTo;
    }

    /** For as many pieces as may follow now. */
    private void ask(Progress progress) {
        CoreSettings.Snapshots limits = replica.settings.snapshots();
        SnapshotTransfer transfer = progress.transfer;
        while (transfer.hasRoom(limits)) {
            replica.out.add(new Effect.ReadSnapshot(
                    progress.id, transfer.snapshot.index(), transfer.take(limits.chunkBytes()), limits.chunkBytes()));
        }
    }
}

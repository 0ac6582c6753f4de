package io.capstan.raft.core;

import io.capstan.raft.core.Message.SnapshotChunk;
import io.capstan.raft.core.Message.SnapshotReply;

/** The leader's side of a snapshot (§7): one piece on its way at a time, resumed where the follower says. */
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

    /** A piece or its answer may be lost: ask again after a while. */
    void tick(Progress progress) {
        long waited = replica.tick - progress.snapshotAskedTick;
        if (progress.state == Progress.State.SNAPSHOT
                && waited >= replica.settings.timing().electionMin()) {
            ask(progress);
        }
    }

    void onRead(Input.SnapshotRead read) {
        Progress progress = peers.find(read.to());
        if (progress == null
                || progress.state != Progress.State.SNAPSHOT
                || progress.snapshot.index() != read.index()
                || progress.snapshotOffset != read.offset()) {
            return;
        }
        if (read.bytes().length == 0 && !read.last()) {
            // The shell no longer has it. When there is no other, the next tick that has waited long enough asks again.
            if (replica.log.snapshot().index() > read.index()) {
                start(progress);
            }
            return;
        }
        replica.out.send(
                progress.id,
                new SnapshotChunk(
                        replica.term(),
                        progress.session,
                        rounds.current(),
                        progress.snapshot,
                        read.offset(),
                        read.bytes(),
                        read.last()));
    }

    void onReply(Progress progress, SnapshotReply reply) {
        if (progress.state != Progress.State.SNAPSHOT || reply.index() != progress.snapshot.index()) {
            return;
        }
        if (reply.complete()) {
            progress.acknowledged(reply.index());
            progress.probeFrom(reply.index() + 1);
        } else if (reply.nextOffset() > progress.snapshotOffset) {
            progress.snapshotOffset = reply.nextOffset();
            progress.snapshotMovedTick = replica.tick;
            ask(progress);
        } else {
            // It has less than it had, or this is an old answer: not worth a piece of its own at once, or each of those
            // would beget another for as long as the snapshot lasts. The next tick that has waited long enough asks.
            progress.snapshotOffset = reply.nextOffset();
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
            boolean moves = replica.tick - progress.snapshotMovedTick < patience;
            if (progress.state == Progress.State.SNAPSHOT && moves) {
                upTo = Math.min(upTo, progress.snapshot.index());
            }
        }
        return upTo;
    }

    private void ask(Progress progress) {
        progress.snapshotAskedTick = replica.tick;
        replica.out.add(new Effect.ReadSnapshot(
                progress.id,
                progress.snapshot.index(),
                progress.snapshotOffset,
                replica.settings.snapshots().chunkBytes()));
    }
}

package io.capstan.raft.core;

import io.capstan.raft.core.Message.SnapshotChunk;
import io.capstan.raft.core.Message.SnapshotReply;

/** The leader's side of a snapshot (§7): one piece on its way at a time, resumed where the follower says. */
final class SnapshotSender {
    private final Replica replica;
    private final Peers peers;
    private final Rounds rounds;

    SnapshotSender(Replica replica, Peers peers, Rounds rounds) {
        this.replica = replica;
        this.peers = peers;
        this.rounds = rounds;
    }

    void start(Progress progress) {
        progress.snapshot(replica.log.snapshot().index());
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
                || progress.snapshotIndex != read.index()
                || progress.snapshotOffset != read.offset()) {
            return;
        }
        SnapshotMeta snapshot = replica.log.snapshot();
        if (snapshot.index() != read.index() || (read.bytes().length == 0 && !read.last())) {
            start(progress); // A newer snapshot has taken its place, or the shell no longer has it.
            return;
        }
        replica.out.send(
                progress.id,
                new SnapshotChunk(
                        replica.term(),
                        progress.session,
                        rounds.current(),
                        snapshot,
                        read.offset(),
                        read.bytes(),
                        read.last()));
    }

    void onReply(Progress progress, SnapshotReply reply) {
        if (progress.state != Progress.State.SNAPSHOT || reply.index() != progress.snapshotIndex) {
            return;
        }
        if (reply.complete()) {
            progress.acknowledged(reply.index());
            progress.probeFrom(reply.index() + 1);
        } else if (reply.nextOffset() != progress.snapshotOffset) {
            progress.snapshotOffset = reply.nextOffset();
            ask(progress);
        }
    }

    private void ask(Progress progress) {
        progress.snapshotAskedTick = replica.tick;
        replica.out.add(new Effect.ReadSnapshot(
                progress.id,
                progress.snapshotIndex,
                progress.snapshotOffset,
                replica.settings.snapshots().chunkBytes()));
    }
}

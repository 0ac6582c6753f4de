package io.capstan.raft.core;

import io.capstan.raft.core.Message.SnapshotChunk;
import io.capstan.raft.core.Message.SnapshotReply;
import org.jspecify.annotations.Nullable;

/** The follower's side of a snapshot (§7): pieces in order, installed when the last one is durable and verified. */
final class SnapshotReceiver {
    private final Replica replica;
    private final Follower follower;
    /** The piece being stored, at most one: the last question, answered when it is. */
    private @Nullable SnapshotChunk storing;

    private @Nullable SnapshotMeta receiving;
    private long nextOffset;

    SnapshotReceiver(Replica replica, Follower follower) {
        this.replica = replica;
        this.follower = follower;
    }

    void onChunk(MemberId from, SnapshotChunk chunk) {
        follower.enter(chunk.session(), chunk.round());
        if (chunk.snapshot().index() <= replica.commit()) {
            complete(from, chunk);
            return;
        }
        if (storing != null && storing.term() == chunk.term()) {
            return; // It is asked again if this one was meant.
        }
        boolean begins = chunk.offset() == 0;
        boolean continues = chunk.snapshot().equals(receiving) && chunk.offset() == nextOffset;
        if (!begins && !continues) {
            long expected = chunk.snapshot().equals(receiving) ? nextOffset : 0;
            reply(from, chunk, expected, false);
            return;
        }
        receiving = chunk.snapshot();
        nextOffset = chunk.offset();
        storing = chunk;
        replica.out.add(new Effect.StoreChunk(chunk.snapshot(), chunk.offset(), chunk.bytes(), chunk.last()));
    }

    void onStored(Input.ChunkStored stored) {
        SnapshotChunk chunk = storing;
        if (chunk == null || !isOf(stored, chunk)) {
            return;
        }
        storing = null;
        nextOffset = stored.nextOffset();
        MemberId leader = replica.leaderId();
        if (stored.complete()) {
            receiving = null;
            install(stored.snapshot());
        }
        if (leader != null && chunk.term() == replica.term() && replica.role() == Role.FOLLOWER) {
            if (stored.complete()) {
                complete(leader, chunk);
            } else {
                reply(leader, chunk, nextOffset, false);
            }
        }
    }

    /**
     * Whether it tells of this very piece: a leader that was deposed may have left one of the same snapshot on its way to
     * the disk, and its end must not pass for the end of its successor's, which is of other bytes perhaps.
     */
    private static boolean isOf(Input.ChunkStored stored, SnapshotChunk chunk) {
        long end = chunk.offset() + chunk.bytes().length;
        boolean isEnd = stored.complete() || stored.nextOffset() == end || stored.nextOffset() == 0;
        return isEnd && stored.snapshot().equals(chunk.snapshot());
    }

    private void install(SnapshotMeta snapshot) {
        if (snapshot.index() <= replica.commit()) {
            return;
        }
        if (replica.log.term(snapshot.index()) == snapshot.term()) {
            // §7: what follows a matching entry stays. Only committed state is ever in a snapshot.
            replica.commitTo(snapshot.index());
        } else {
            replica.install(snapshot);
            replica.out.add(new Effect.Restore(snapshot));
        }
    }

    /** All up to the snapshot is committed here; told once it is durable too. */
    private void complete(MemberId leader, SnapshotChunk chunk) {
        follower.onInstalled(chunk.snapshot().index());
        reply(leader, chunk, chunk.offset() + chunk.bytes().length, true);
    }

    private void reply(MemberId leader, SnapshotChunk chunk, long offset, boolean complete) {
        replica.out.sendWhenAllDurable(
                replica.term(),
                leader,
                new SnapshotReply(
                        replica.term(),
                        chunk.session(),
                        chunk.round(),
                        chunk.snapshot().index(),
                        offset,
                        complete));
    }
}

package io.capstan.raft.core;

import io.capstan.raft.core.Message.SnapshotChunk;
import io.capstan.raft.core.Message.SnapshotReply;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The follower's side of a snapshot (§7): pieces in order, installed when the last one is durable and verified. */
final class SnapshotReceiver {
    /** One on its way to the disk; the disk answers in the order in which it was asked. */
    private record Piece(long attempt, SnapshotChunk chunk) {
        long end() {
            return chunk.offset() + chunk.bytes().length;
        }
    }

    private final Replica replica;
    private final Follower follower;
    private final ArrayDeque<Piece> storing = new ArrayDeque<>();

    /** What is received now, of which leader: another's bytes need not be the same. */
    private @Nullable SnapshotMeta receiving;

    private long receivingTerm;
    /** Rises whenever one begins anew: the answers to pieces of an earlier attempt say nothing about this one. */
    private long attempt;
    /** Where the next piece begins, and up to where all are kept. */
    private long taken;

    private long kept;

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
        SnapshotMeta known = chunk.term() == receivingTerm ? receiving : null;
        if (known != null && chunk.snapshot().index() < known.index()) {
            return; // Its leader has put the newer one in its place; this piece was on its way.
        }
        if (!chunk.snapshot().equals(known)) {
            if (chunk.offset() > 0) {
                reply(from, chunk, 0);
                return;
            }
            begin(chunk);
        } else if (chunk.offset() != taken) {
            reply(from, chunk, kept);
            return;
        }
        if (chunk.bytes().length > 0 && hasRoom(chunk)) {
            storing.add(new Piece(attempt, chunk));
            taken = chunk.offset() + chunk.bytes().length;
            replica.out.add(new Effect.StoreChunk(chunk.snapshot(), chunk.offset(), chunk.bytes(), chunk.last()));
        }
    }

    private void begin(SnapshotChunk chunk) {
        attempt++;
        receiving = chunk.snapshot();
        receivingTerm = chunk.term();
        taken = 0;
        kept = 0;
    }

    /** What is beyond its own window is lost, and asked for again: no leader fills a follower's memory. */
    private boolean hasRoom(SnapshotChunk chunk) {
        long underWay = taken - kept;
        return underWay == 0
                || underWay + chunk.bytes().length
                        <= replica.settings.snapshots().windowBytes();
    }

    void onStored(Input.ChunkStored stored) {
        Piece piece = storing.poll();
        if (piece == null || !stored.snapshot().equals(piece.chunk().snapshot())) {
            throw new IllegalStateException(
                    "a piece of snapshot " + stored.snapshot().index() + " is called kept; it is not the next");
        }
        // A leader that was deposed may have left pieces on their way to the disk: the fate of one of them must not
        // pass
        // for that of its successor's, which is of other bytes perhaps.
        boolean current = piece.attempt() == attempt;
        if (stored.complete()) {
            receiving = current ? null : receiving;
            install(stored.snapshot());
        } else if (current && stored.nextOffset() < piece.end()) {
            // All of it is gone, what is on its way with it.
            receiving = null;
            attempt++;
        } else if (current) {
            kept = stored.nextOffset();
        }
        MemberId leader = replica.leaderId();
        if (leader == null || piece.chunk().term() != replica.term() || replica.role() != Role.FOLLOWER) {
            return;
        }
        if (stored.complete()) {
            complete(leader, piece.chunk());
        } else if (current) {
            reply(leader, piece.chunk(), stored.nextOffset());
        }
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
        replica.out.sendWhenAllDurable(
                replica.term(), leader, answer(chunk, chunk.offset() + chunk.bytes().length, true));
    }

    /** Where to go on; that alone promises nothing. */
    private void reply(MemberId leader, SnapshotChunk chunk, long offset) {
        replica.out.sendWhenDurable(replica.term(), leader, answer(chunk, offset, false));
    }

    private SnapshotReply answer(SnapshotChunk chunk, long offset, boolean complete) {
        return new SnapshotReply(
                replica.term(), chunk.session(), chunk.round(), chunk.snapshot().index(), offset, complete);
    }
}

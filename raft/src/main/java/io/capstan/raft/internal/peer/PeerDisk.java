package io.capstan.raft.internal.peer;

import io.capstan.actors.internal.store.Store;
import io.capstan.actors.internal.store.StoreFailure;
import io.capstan.raft.core.Effect;
import io.capstan.raft.core.HardState;
import io.capstan.raft.core.Unwritten;
import io.capstan.raft.internal.log.DurableLog;

/**
 * A member's writes, in the core's order. A write that the store has no room for now waits and is tried again with the
 * next tick; the core's stall timeout sees to it that a leader whose disk stays full steps aside. Term and vote do not wait
 * behind entries: they have a reserve, and a member that cannot keep entries can still help to elect who can.
 */
final class PeerDisk {
    private final DurableLog log;
    private final Inbox inbox;
    private final Unwritten waiting = new Unwritten();
    private boolean full;

    PeerDisk(DurableLog log, Inbox inbox) {
        this.log = log;
        this.inbox = inbox;
    }

    /** A {@code Persist} or a {@code Compact}. */
    void write(Effect effect) {
        waiting.add(effect);
        proceed();
    }

    /** Whether nothing waits for room. */
    boolean isIdle() {
        return waiting.isEmpty();
    }

    /** Whether something waits because the disk is full: what is not logged yet would wait as well. */
    boolean isFull() {
        return full && !waiting.isEmpty();
    }

    /** Begins whatever can be begun. */
    void proceed() {
        while (!waiting.isEmpty()) {
            try {
                begin(waiting.first());
            } catch (StoreFailure refused) {
                full = refused.kind() == StoreFailure.Kind.DISK_FULL;
                if (isPassing(refused)) {
                    voteAhead();
                }
                return;
            }
            waiting.removeFirst();
        }
    }

    private boolean isPassing(StoreFailure refused) {
        if (refused.kind() == StoreFailure.Kind.OVERLOADED || refused.kind() == StoreFailure.Kind.DISK_FULL) {
            return true;
        }
        inbox.add(new PeerEvent.StoreEnded(refused));
        waiting.clear();
        return false;
    }

    private void voteAhead() {
        Effect.Persist vote = waiting.vote();
        HardState newest = vote == null ? null : vote.hardState();
        if (vote == null || newest == null) {
            return;
        }
        PeerEvent.VoteDurable told = new PeerEvent.VoteDurable(vote.ticket(), newest);
        try {
            log.writeVote(newest, new Store.Completion() {
                @Override
                public void durable() {
                    inbox.add(told);
                }

                @Override
                public void failed(StoreFailure failure) {
                    inbox.add(new PeerEvent.StoreEnded(failure));
                }
            });
        } catch (StoreFailure refused) {
            isPassing(refused);
            return;
        }
        waiting.voteIsAhead();
    }

    private void begin(Effect effect) {
        if (effect instanceof Effect.Compact compact) {
            // Older snapshots go when nothing on the disk names them any more, and not before.
            log.write(compact, new Store.Completion() {
                @Override
                public void durable() {
                    inbox.add(new PeerEvent.Compacted(compact.snapshot().index()));
                }

                @Override
                public void failed(StoreFailure failure) {
                    // Told by whatever is written next.
                }
            });
        } else if (effect instanceof Effect.Persist persist) {
            log.write(persist, new Store.Completion() {
                @Override
                public void durable() {
                    inbox.bring(new PeerEvent.Durable(persist));
                }

                @Override
                public void failed(StoreFailure failure) {
                    inbox.add(new PeerEvent.StoreEnded(failure));
                }
            });
        }
    }
}

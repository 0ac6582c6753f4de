package io.capstan.raft.internal.peer;

import io.capstan.actors.internal.store.Store;
import io.capstan.actors.internal.store.StoreFailure;
import io.capstan.raft.core.Effect;
import io.capstan.raft.internal.log.DurableLog;
import java.util.ArrayDeque;
import java.util.List;

/**
 * A member's writes, in the core's order. A write that the store has no room for now waits and is tried again with the
 * next tick; the core's stall timeout sees to it that a leader whose disk stays full steps aside.
 */
final class PeerDisk {
    private final DurableLog log;
    private final Store store;
    private final Inbox inbox;
    private final ArrayDeque<Effect> waiting = new ArrayDeque<>();

    PeerDisk(DurableLog log, Store store, Inbox inbox) {
        this.log = log;
        this.store = store;
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

    /** Begins whatever can be begun. */
    void proceed() {
        while (!waiting.isEmpty()) {
            try {
                begin(waiting.peek());
            } catch (StoreFailure refused) {
                if (refused.kind() != StoreFailure.Kind.OVERLOADED && refused.kind() != StoreFailure.Kind.DISK_FULL) {
                    inbox.add(new PeerEvent.StoreEnded(refused));
                    waiting.clear();
                }
                return;
            }
            waiting.remove();
        }
    }

    private void begin(Effect effect) {
        if (effect instanceof Effect.Compact compact) {
            log.write(compact);
            // Older snapshots go when nothing on the disk names them any more, and not before.
            store.write(List.of(), new Store.Completion() {
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
                    inbox.add(new PeerEvent.Durable(persist));
                }

                @Override
                public void failed(StoreFailure failure) {
                    inbox.add(new PeerEvent.StoreEnded(failure));
                }
            });
        }
    }
}

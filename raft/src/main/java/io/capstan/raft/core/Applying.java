package io.capstan.raft.core;

import java.util.ArrayDeque;
import java.util.List;

/** What goes to the state machine, how much of it at a time, and what the log may forget afterwards. */
final class Applying {
    private record Handed(long lastIndex, long bytes) {}

    private final Replica replica;
    private final ArrayDeque<Handed> handed = new ArrayDeque<>();
    private long bytes;
    private long sent;
    private long applied;

    Applying(Replica replica) {
        this.replica = replica;
        sent = replica.commit();
        applied = sent;
    }

    long sent() {
        return sent;
    }

    long applied() {
        return applied;
    }

    void onApplied(long index) {
        if (index > sent) {
            throw new IllegalStateException(
                    "entry " + index + " is called applied, " + sent + " was the last handed out");
        }
        applied = Math.max(applied, index);
        while (!handed.isEmpty() && handed.element().lastIndex() <= index) {
            bytes -= handed.remove().bytes();
        }
    }

    /** Hands out what is committed and durable here: a state ahead of its own log could not be rebuilt (ra ffe3016a). */
    void proceed() {
        if (replica.log.snapshot().index() > sent) {
            // A snapshot was installed; the state machine takes it in place of all before it.
            sent = replica.log.snapshot().index();
            handed.clear();
            bytes = 0;
        }
        long end = Math.min(replica.commit(), replica.log.durable());
        long limit = replica.settings.limits().applyBytes();
        while (sent < end && bytes < limit) {
            List<Entry> entries = replica.log.slice(sent + 1, end, Integer.MAX_VALUE, limit - bytes);
            long weight = 0;
            for (Entry entry : entries) {
                weight += entry.bytes();
            }
            sent += entries.size();
            bytes += weight;
            handed.add(new Handed(sent, weight));
            replica.out.add(new Effect.Apply(entries));
        }
    }

    /** A snapshot of the state machine is durable; one that is older than the log's own is ignored (ra de94f929). */
    void onSnapshotTaken(long index, long forgettable) {
        SnapshotMeta before = replica.log.snapshot();
        if (index <= before.index()) {
            return;
        }
        if (index > applied) {
            throw new IllegalStateException("a snapshot of " + index + " was taken, " + applied + " is applied");
        }
        Entry last = replica.log.slice(index, index, 1, Long.MAX_VALUE).get(0);
        Configurations.Placed placed = replica.configurations.compact(index);
        SnapshotMeta snapshot =
                new SnapshotMeta(index, last.term(), last.time(), placed.index(), placed.configuration());
        long trailing = index - replica.settings.snapshots().trailingEntries();
        long upTo = Math.max(Math.min(trailing, forgettable), replica.log.first() - 1);
        replica.log.compact(snapshot, upTo + 1);
        replica.out.add(new Effect.Compact(snapshot, upTo));
    }
}

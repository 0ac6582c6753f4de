package io.capstan.crdt.internal;

import io.capstan.crdt.core.CounterKey;
import io.capstan.crdt.core.CounterRow;
import io.capstan.crdt.core.Deltas;
import io.capstan.crdt.core.Table;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Calls that want to know when what they wrote is on other nodes: first they wait for the flush that stamps it, then for
 * acknowledgements of that version. Not thread-safe; whatever hangs on a future runs elsewhere.
 */
final class Writes {
    private final CounterReplica replica;
    private final int waitingMax;
    private final int operationsMax;
    private final List<Write> unstamped = new ArrayList<>();
    /** Operations and resets until this start takes part in folding: before that they could be missed. */
    private final List<Write> toJoin = new ArrayList<>();
    /** In the order of their versions, by how many replicas they want. */
    private final Map<Integer, Deque<Stamped>> stamped = new HashMap<>();

    private int waiting;

    /**
     * One call.
     *
     * @param change what to stamp; null when it is in the cells already
     * @param replicas on how many other nodes it is to be; {@link CountersService#DISK} for on this node's disk
     * @param deadlineNanos of the shell's clock
     */
    record Write(@Nullable Change change, int replicas, long deadlineNanos, CompletableFuture<Outcome> outcome) {}

    /** Something that is stamped by itself. */
    sealed interface Change {}

    /** An operation under its id. */
    record Named(String id, Deltas deltas) implements Change {}

    /** A counter that is to be reset. */
    record ToReset(String counter, boolean delete) implements Change {}

    private record Stamped(Write write, long version) {}

    Writes(CounterReplica replica, int waitingMax, int operationsMax) {
        this.replica = replica;
        this.waitingMax = waitingMax;
        this.operationsMax = operationsMax;
    }

    /** Takes one in, to be stamped with the next flush. */
    void add(Write write) {
        if (waiting >= waitingMax) {
            write.outcome().completeAsync(() -> Outcome.TOO_MANY_WAITING);
            return;
        }
        waiting++;
        unstamped.add(write);
    }

    boolean nothingToStamp() {
        return unstamped.isEmpty() && toJoin.isEmpty();
    }

    /** Stamps the operations, unless stamping has to wait; to be called before the cells are flushed. */
    void stamp(long nowNanos) {
        if (replica.table().holding()) {
            return;
        }
        if (replica.mustJoin()) {
            unstamped.removeIf(write -> write.change() != null && toJoin.add(write));
        } else {
            // Whoever was answered already may have tried elsewhere, and long ago, if this process stood still.
            toJoin.removeIf(write -> expired(write, nowNanos, Outcome.NOT_BEGUN));
            unstamped.addAll(0, toJoin);
            toJoin.clear();
        }
        unstamped.removeIf(write -> {
            Change change = write.change();
            Outcome refusal = change == null ? null : refusal(change);
            if (refusal != null) {
                end(write, refusal);
            }
            return refusal != null;
        });
    }

    /** Why nothing was done; null when it was. */
    private @Nullable Outcome refusal(Change change) {
        if (change instanceof ToReset reset) {
            return replica.reset(reset.counter(), reset.delete()) ? null : Outcome.TOO_MANY_SLOTS;
        }
        Named operation = (Named) change;
        if (replica.forgets(operation.id())) {
            return Outcome.FORGOTTEN;
        }
        if (replica.operations() >= operationsMax && !replica.counts(operation.id())) {
            return Outcome.TOO_MANY_OPERATIONS;
        }
        return replica.add(operation.id(), operation.deltas()) ? null : Outcome.CONFLICT;
    }

    /** Everything that was written before the last call of {@link #stamp} has a version now. */
    void flushed() {
        long version = replica.table().version();
        for (Write write : unstamped) {
            stamped.computeIfAbsent(write.replicas(), any -> new ArrayDeque<>()).add(new Stamped(write, version));
        }
        unstamped.clear();
    }

    /** Ends what enough nodes have; after the cells were told what was stamped, so that the caller reads it. */
    void acknowledged(long durableVersion) {
        Table<CounterKey, CounterRow> table = replica.table();
        stamped.forEach((replicas, queue) -> {
            long reached = replicas == CountersService.DISK
                    ? durableVersion
                    : replicas == 0 ? Long.MAX_VALUE : table.acknowledgedBy(replicas);
            while (!queue.isEmpty() && queue.element().version() <= reached) {
                end(queue.remove().write(), Outcome.DONE);
            }
        });
        stamped.values().removeIf(Deque::isEmpty);
    }

    void expire(long nowNanos) {
        // What is in the cells counts already; anything else was to be stamped, and is not.
        unstamped.removeIf(
                write -> expired(write, nowNanos, write.change() == null ? Outcome.LATE : Outcome.NOT_BEGUN));
        toJoin.removeIf(write -> expired(write, nowNanos, Outcome.NOT_BEGUN));
        stamped.values().forEach(queue -> queue.removeIf(entry -> expired(entry.write(), nowNanos, Outcome.LATE)));
    }

    /** The node stops. */
    void stop() {
        unstamped.forEach(write -> end(write, write.change() == null ? Outcome.STOPPED : Outcome.NOT_BEGUN));
        stamped.values().forEach(queue -> queue.forEach(entry -> end(entry.write(), Outcome.STOPPED)));
        toJoin.forEach(write -> end(write, Outcome.NOT_BEGUN));
        unstamped.clear();
        toJoin.clear();
        stamped.clear();
    }

    private boolean expired(Write write, long nowNanos, Outcome outcome) {
        if (nowNanos - write.deadlineNanos() < 0) {
            return false;
        }
        end(write, outcome);
        return true;
    }

    private void end(Write write, Outcome outcome) {
        waiting--;
        write.outcome().completeAsync(() -> outcome);
    }
}

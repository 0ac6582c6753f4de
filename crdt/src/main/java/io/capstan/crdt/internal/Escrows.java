package io.capstan.crdt.internal;

import io.capstan.crdt.core.CounterKey;
import io.capstan.crdt.core.CounterKey.Bounded;
import io.capstan.crdt.core.CounterRow;
import io.capstan.crdt.core.Escrow;
import io.capstan.crdt.core.Slot;
import io.capstan.crdt.core.Table;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Keeps bounded counters and the table in step, and moves rights to where they are wanted. Not thread-safe.
 *
 * <p>A slot that lacks rights says so in its row. Whoever has some and sees that gives up to half of them, once: not again
 * before the other has seen what was given. Gifts are rows as well, so nothing is lost or doubled on the way.
 */
final class Escrows {
    private final Table<CounterKey, CounterRow> table;
    private final CounterBook book;
    private final Map<String, Held> held = new LinkedHashMap<>();
    private final Set<String> changed = new LinkedHashSet<>();
    /** Of the counters that somebody waits for: others, however many, cost nothing while time passes. */
    private final Set<String> withWaiting = new LinkedHashSet<>();

    private int waiting;

    /** What we have given, what we have seen come, and who waits for more. */
    private static final class Held {
        private final Map<Slot, Long> given = new TreeMap<>();
        private final Deque<Waiting> waiting = new ArrayDeque<>();
        private long received;
    }

    /** A call that takes away once there are enough rights. */
    record Waiting(String counter, long amount, long deadlineNanos, CompletableFuture<Outcome> outcome) {}

    Escrows(Table<CounterKey, CounterRow> table, CounterBook book) {
        this.table = table;
        this.book = book;
    }

    int waiting() {
        return waiting;
    }

    void add(Waiting call) {
        held(call.counter()).waiting.add(call);
        waiting++;
        withWaiting.add(call.counter());
        serve(call.counter());
    }

    void expire(long nowNanos) {
        end(Outcome.LATE, nowNanos);
    }

    void stop() {
        for (String counter : withWaiting) {
            Held one = held(counter);
            one.waiting.forEach(call -> call.outcome().completeAsync(() -> Outcome.STOPPED));
            one.waiting.clear();
        }
        withWaiting.clear();
        waiting = 0;
    }

    void changed(Bounded key) {
        changed.add(key.counter());
    }

    /** Once for all that has changed: what came, what others have, and what others want of ours. */
    void drain() {
        for (String counter : changed) {
            EscrowCells cells = book.heardOfBounded(counter);
            Held one = held(counter);
            long sum = 0;
            long received = 0;
            for (Map.Entry<Slot, CounterRow> entry :
                    table.values(new Bounded(counter)).entrySet()) {
                if (!entry.getKey().equals(table.slot())) {
                    Escrow row = (Escrow) entry.getValue();
                    sum += row.made() - row.used();
                    received += row.givenTo(table.slot());
                }
            }
            cells.othersAre(sum);
            if (received > one.received) {
                cells.receive(received - one.received);
                one.received = received;
                cells.dirty();
            }
            serve(counter);
            give(counter, cells, one);
        }
        changed.clear();
    }

    void stamp(EscrowCells cells) {
        cells.clean();
        Held one = held(cells.name());
        long wanted = one.waiting.stream().mapToLong(Waiting::amount).sum() - cells.rights();
        // Used first: what is used was made or received before.
        long used = cells.used();
        Escrow row =
                Escrow.of(cells.made(), used, one.received, Math.max(0, one.waiting.isEmpty() ? 0 : wanted), one.given);
        if (!row.equals(table.own(cells.key()))) {
            table.put(cells.key(), row);
        }
        give(cells.name(), cells, one);
    }

    /** A gift to a slot that was folded is one to all that is folded: a row names the living, and that. */
    void folded(Slot slot) {
        held.forEach((counter, one) -> {
            Long amount = one.given.remove(slot);
            if (amount != null) {
                one.given.merge(Slot.FOLDED, amount, Long::sum);
                book.heardOfBounded(counter).dirty();
            }
        });
    }

    /** Gives all rights to another slot: this node stops, and nobody could use them until its slot is retired. */
    void leave(Slot heir) {
        stop(); // Whoever waits here would go on asking others for rights, in a row that nobody answers for any more.
        held.forEach((counter, one) -> {
            EscrowCells cells = book.heardOfBounded(counter);
            cells.dirty();
            long all = cells.rights();
            if (all > 0 && cells.takeRights(all)) {
                one.given.merge(heir, all, Long::sum);
                forgetPredecessors(one, heir);
            }
        });
    }

    private void give(String counter, EscrowCells cells, Held one) {
        Map<Slot, CounterRow> rows = table.values(new Bounded(counter));
        for (Map.Entry<Slot, CounterRow> entry : rows.entrySet()) {
            Slot other = entry.getKey();
            Escrow row = (Escrow) entry.getValue();
            if (other.equals(table.slot()) || row.wanted() == 0 || isOver(other, rows.keySet())) {
                continue;
            }
            long givenSoFar = one.given.getOrDefault(other, 0L);
            for (Map.Entry<Slot, CounterRow> donor : rows.entrySet()) {
                givenSoFar += donor.getKey().equals(table.slot()) ? 0 : ((Escrow) donor.getValue()).givenTo(other);
            }
            long gift = Math.min(row.wanted(), (cells.rights() + 1) / 2);
            if (givenSoFar <= row.received() && gift > 0 && cells.takeRights(gift)) {
                one.given.merge(other, gift, Long::sum);
                forgetPredecessors(one, other);
                cells.dirty();
            }
        }
    }

    /** Whether a later start of the same node is there: nobody uses what this one asked for. */
    private static boolean isOver(Slot slot, Set<Slot> all) {
        return all.stream()
                .anyMatch(other -> other.owner().name().equals(slot.owner().name())
                        && other.owner().incarnation() > slot.owner().incarnation());
    }

    /**
     * What earlier starts of the same node were given is told as one sum: they ask for nothing any more. So a row names
     * each node once, however often it was started.
     */
    private static void forgetPredecessors(Held one, Slot latest) {
        long before = 0;
        for (Slot slot : List.copyOf(one.given.keySet())) {
            boolean earlier = slot.owner().name().equals(latest.owner().name())
                    && slot.owner().incarnation() < latest.owner().incarnation();
            Long amount = earlier ? one.given.remove(slot) : null;
            before += amount == null ? 0 : amount;
        }
        if (before > 0) {
            one.given.merge(Slot.FOLDED, before, Long::sum);
        }
    }

    /** First come, first served. */
    private void serve(String counter) {
        Held one = held(counter);
        EscrowCells cells = book.heardOfBounded(counter);
        while (!one.waiting.isEmpty() && cells.take(one.waiting.element().amount())) {
            one.waiting.remove().outcome().completeAsync(() -> Outcome.DONE);
            waiting--;
        }
        if (one.waiting.isEmpty()) {
            withWaiting.remove(counter);
        } else {
            cells.dirty();
        }
    }

    private void end(Outcome outcome, long nowNanos) {
        for (String counter : List.copyOf(withWaiting)) {
            Held one = held(counter);
            int before = one.waiting.size();
            one.waiting.removeIf(call ->
                    nowNanos - call.deadlineNanos() >= 0 && call.outcome().completeAsync(() -> outcome) != null);
            if (one.waiting.size() < before) {
                waiting -= before - one.waiting.size();
                book.heardOfBounded(counter).dirty();
            }
            if (one.waiting.isEmpty()) {
                withWaiting.remove(counter);
            }
        }
    }

    private Held held(String counter) {
        return held.computeIfAbsent(counter, any -> new Held());
    }
}

package io.capstan.crdt.internal;

import io.capstan.crdt.core.Baseline;
import io.capstan.crdt.core.CounterKey;
import io.capstan.crdt.core.CounterKey.Bounded;
import io.capstan.crdt.core.CounterKey.Folded;
import io.capstan.crdt.core.CounterKey.Kept;
import io.capstan.crdt.core.CounterKey.Operation;
import io.capstan.crdt.core.CounterKey.Reset;
import io.capstan.crdt.core.CounterKey.Total;
import io.capstan.crdt.core.CounterKey.Trim;
import io.capstan.crdt.core.CounterKey.Trimmed;
import io.capstan.crdt.core.CounterKey.Windowed;
import io.capstan.crdt.core.CounterRow;
import io.capstan.crdt.core.CounterWire;
import io.capstan.crdt.core.Deltas;
import io.capstan.crdt.core.Effect;
import io.capstan.crdt.core.Folder;
import io.capstan.crdt.core.Foreseen;
import io.capstan.crdt.core.KeptDeltas;
import io.capstan.crdt.core.Operations;
import io.capstan.crdt.core.Positions;
import io.capstan.crdt.core.Resets;
import io.capstan.crdt.core.Retired;
import io.capstan.crdt.core.Since;
import io.capstan.crdt.core.Slot;
import io.capstan.crdt.core.Sums;
import io.capstan.crdt.core.Table;
import io.capstan.crdt.core.TableSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The cells of a node and their table, kept in step: what cells gather is stamped, what other slots and operations say
 * is told to cells. Not thread-safe; the cells themselves are.
 */
final class CounterReplica {
    private final CounterBook book;
    private final ReplicaEvents events;
    private final Table<CounterKey, CounterRow> table;
    private final Operations operations = new Operations();
    private final Resets resets;
    private final Windows windows;
    private final Escrows escrows;
    private final Folder folder;
    private final long forgetMillis;
    /** Counters that were reset, and of which something has changed. */
    private final Set<String> toRecount = new LinkedHashSet<>();
    /** Deleted ones of which nothing is left. */
    private final Set<String> gone = new LinkedHashSet<>();
    /** Our own resets that nobody needs any more, and since when. */
    private final Map<String, Long> needless = new LinkedHashMap<>();
    /** Whether rows of ours were swept away: a count that begins after that says so, as a reset may remember them. */
    private boolean sweptBefore;
    /** Whether operations are forgotten in time. */
    private boolean forgetting;

    /** What a drain with a fold in it changes, counter by counter: told at once, or readers would see it twice. */
    private @Nullable Map<String, Long> folding;

    private long now;

    CounterReplica(Slot slot, TableSettings settings, CounterBook book, ReplicaEvents events) {
        this.book = book;
        this.events = events;
        this.table = new Table<>(slot, settings, CounterWire.wire());
        table.sharesKeys(book::shared);
        table.foldsSlots(key -> key instanceof Folded folded ? folded.slot() : null, row -> ((Retired) row).version());
        Foreseen foreseen = new Foreseen();
        this.resets = new Resets(table, operations, foreseen);
        this.folder = new Folder(table, resets, foreseen);
        this.windows = new Windows(table, book);
        this.escrows = new Escrows(table, book);
        this.forgetMillis = settings.forgetAfter().toMillis();
    }

    Table<CounterKey, CounterRow> table() {
        return table;
    }

    /** Time passes. */
    void tick(long nowMillis) {
        table.tick(nowMillis);
        folder.tick(nowMillis);
        now = nowMillis;
        // As old as any removal that is forgotten: who was away for longer shows the counter until it has heard more.
        needless.entrySet().removeIf(reset -> {
            boolean still = resets.needless(reset.getKey());
            boolean old = nowMillis - reset.getValue() >= forgetMillis;
            if (still && old) {
                table.remove(new Reset(reset.getKey()));
            }
            return !still || old;
        });
    }

    /** Stamps what has changed, unless a peer chases our tail in vain: the cells coalesce meanwhile. */
    int flush() {
        if (table.holding()) {
            return 0;
        }
        int swept = sweep();
        List<Gathered> taken = book.takeDirty();
        taken.forEach(this::stamp);
        return swept + taken.size();
    }

    private void stamp(Gathered cells) {
        if (cells instanceof Cells plain) {
            stamp(plain);
        } else if (cells instanceof WindowCells window) {
            windows.stamp(window);
        } else if (cells instanceof EscrowCells bounded) {
            escrows.stamp(bounded);
        }
    }

    /** Bounded counters: who waits for rights. */
    Escrows escrows() {
        return escrows;
    }

    /** Whether a flush would do something though no cell is dirty. */
    boolean toSweep() {
        return !gone.isEmpty();
    }

    /**
     * Takes out of the counter all that is known of it here; what others add meanwhile goes on counting.
     *
     * @param delete the counter is to be gone as well, once nothing is left of it
     * @return false when so many starts of nodes have counted it that one row does not take them all; nothing was done
     */
    boolean reset(String counter, boolean delete) {
        Cells cells = book.find(counter);
        if (cells != null && (cells.sums().added() > 0 || cells.sums().taken() > 0)) {
            stamp(cells); // What others are told to take out must be what they are told of.
        }
        Baseline seen = resets.seenByNow(counter, delete);
        if (CounterWire.bytes(seen) > CounterWire.BASELINE_BYTES_MAX) {
            return false;
        }
        if (!seen.seen().isEmpty() && !seen.equals(table.own(new Reset(counter)))) {
            table.put(new Reset(counter), seen);
            resets.changed(counter); // At once: what is said of cuts next must not miss it.
        }
        return true;
    }

    /**
     * Stamps an operation, which counts once however often this is called, and wherever.
     *
     * @return false when the id is known to stand for something else; nothing was done
     */
    boolean add(String id, Deltas deltas) {
        Operation key = new Operation(id);
        CounterRow own = table.own(key);
        Deltas counted = operations.counted(id);
        if ((own != null && !own.equals(deltas)) || (counted != null && !counted.equals(deltas))) {
            return false;
        }
        if (own == null) {
            // Also when another slot has it: our own slot is the one whose acknowledgements we hear.
            table.put(key, deltas);
        }
        return true;
    }

    /** From now on operations are forgotten after so long, as all members agree; see {@link Folder#keepOperations}. */
    void keepOperations(Duration window) {
        folder.keepOperations(window);
        forgetting = true;
    }

    /**
     * Whether operations and resets have to wait: while others do not know of this start they may be agreeing on what it
     * knows nothing of.
     */
    boolean mustJoin() {
        return forgetting && !folder.joined();
    }

    /** Whether the operation is about to be forgotten, as it is older than the window: it counts, and is not taken again. */
    boolean forgets(String id) {
        return folder.forgets(id);
    }

    /** Whether something counts under this id. */
    boolean counts(String id) {
        return operations.counted(id) != null;
    }

    /** This member's part in folding. */
    Folder folder() {
        return folder;
    }

    Held held() {
        int slots = table.slots().size();
        boolean any = table.known(Slot.FOLDED) > 0;
        return new Held(
                any ? slots - 1 : slots,
                table.foldedSlots(),
                table.rowCount(),
                operations.size(),
                folder.inTheWay().size());
    }

    int operations() {
        return operations.size();
    }

    /** Lets the cells know what other slots say, and returns all effects for whoever sends and logs. */
    List<Effect<CounterKey, CounterRow>> drain() {
        List<Effect<CounterKey, CounterRow>> effects = table.drain();
        boolean folds = effects.stream()
                .anyMatch(effect -> effect instanceof Effect.Changed<CounterKey, CounterRow> changed
                        && changed.slot().equals(Slot.FOLDED));
        folding = folds ? new HashMap<>() : null;
        for (Effect<CounterKey, CounterRow> effect : effects) {
            if (effect instanceof Effect.Changed<CounterKey, CounterRow> changed) {
                changed(changed);
            } else if (effect instanceof Effect.Excess<CounterKey, CounterRow> excess) {
                events.excess(excess, folder.excess(excess));
            } else if (effect instanceof Effect.Acknowledged<CounterKey, CounterRow> acknowledged) {
                folder.acknowledged(acknowledged.peer(), acknowledged.known());
            }
        }
        if (folding != null) {
            Map<String, Long> changes = folding;
            folding = null;
            changes.forEach(this::othersChanged);
        }
        toRecount.forEach(this::recount);
        toRecount.clear();
        windows.drain();
        escrows.drain();
        return effects;
    }

    /** Whether the linked nodes have everything that was ever added here. */
    boolean everybodyHasAll() {
        return book.clean() && table.acknowledgedByAll();
    }

    private void stamp(Cells cells) {
        if (cells.retired()) {
            return;
        }
        Sums sums = cells.clean();
        CounterRow before = table.own(cells.key());
        long since = before != null ? Since.since(before) : sweptBefore ? table.version() : 0;
        CounterRow row = since > 0 ? new Since(since, sums) : sums;
        if (!row.equals(before)) {
            table.put(cells.key(), row);
            cells.changed();
        }
    }

    /** Of deleted counters of which nothing is left: our own rows and cells. Returns how many were looked at. */
    private int sweep() {
        int looked = gone.size();
        for (String counter : gone) {
            Cells cells = book.find(counter);
            CounterRow own = table.own(new Total(counter));
            Sums stamped = own == null ? Sums.NOTHING : Since.sums(own);
            if (resets.gone(counter) && (cells == null || cells.retire(stamped))) {
                if (cells != null) {
                    book.forget(cells);
                }
                if (own != null) {
                    table.remove(new Total(counter));
                    sweptBefore = true;
                }
            }
        }
        gone.clear();
        return looked;
    }

    private void changed(Effect.Changed<CounterKey, CounterRow> changed) {
        if (changed.key() instanceof Operation operation) {
            operation(changed.slot(), operation, changed.after());
        } else if (changed.key() instanceof Kept kept) {
            KeptDeltas row = (KeptDeltas) changed.after();
            operation(kept.id(), changed.slot(), row == null ? null : row.deltas());
        } else if (changed.key() instanceof Folded folded) {
            if (changed.after() instanceof Retired retired) {
                folder.shows(retired);
                escrows.folded(folded.slot());
            }
        } else if (changed.key() instanceof Trim && changed.after() instanceof Retired retired) {
            folder.shows(retired);
        } else if (changed.key() instanceof Trimmed trimmed) {
            trimmed(trimmed.slot(), changed.before(), changed.after());
        } else if (changed.key() instanceof Reset reset) {
            resets.changed(reset.counter());
            toRecount.add(reset.counter());
        } else if (changed.key() instanceof Windowed windowed) {
            windows.changed(changed.slot(), windowed);
        } else if (changed.key() instanceof Bounded bounded) {
            escrows.changed(bounded);
        } else if (changed.key() instanceof Total total) {
            if (resets.any(total.counter())) {
                toRecount.add(total.counter());
            } else if (!changed.slot().equals(table.slot())) {
                long amount = net(changed.after()) - net(changed.before());
                if (folding != null) {
                    folding.merge(total.counter(), amount, Long::sum);
                } else {
                    book.heardOf(total).othersChanged(amount);
                }
            }
        }
    }

    /** A row that was cut off counts nothing, whenever it comes: it is part of what was folded. */
    private void operation(Slot slot, Operation operation, @Nullable CounterRow row) {
        boolean cut = row == null || Positions.cover(table, slot, operation);
        operation(operation.id(), slot, cut ? null : (Deltas) row);
    }

    private void operation(String id, Slot slot, @Nullable Deltas counts) {
        if (operations.changed(id, slot, counts, this::othersChanged)) {
            events.conflict(id);
        }
    }

    private void trimmed(Slot slot, @Nullable CounterRow before, @Nullable CounterRow after) {
        table.forEach(slot, (key, row) -> {
            if (key instanceof Operation operation) {
                operation(slot, operation, row);
            }
        });
        if (slot.equals(table.slot())) {
            // What was begun anew may know less of it: then nobody has summed up what is there.
            boolean goesOn =
                    before instanceof Positions had && after instanceof Positions has && had.version() <= has.version();
            folder.trimmed(goesOn ? before : null);
        }
    }

    private void othersChanged(String counter, long amount) {
        if (resets.any(counter)) {
            toRecount.add(counter);
        } else if (folding != null) {
            folding.merge(counter, amount, Long::sum);
        } else if (amount != 0) {
            book.heardOf(counter).othersChanged(amount);
        }
    }

    /** From all rows, not from what changed: what a row adds depends on the resets, in whatever order they came. */
    private void recount(String counter) {
        boolean nothingLeft = resets.gone(counter);
        Sum128[] left = {Sum128.ZERO};
        resets.forEachLeft(counter, amount -> left[0] = left[0].plus(amount));
        Cells cells = left[0].equals(Sum128.ZERO) ? book.find(counter) : book.heardOf(counter);
        if (cells != null) {
            cells.othersAre(left[0], nothingLeft);
        }
        if (nothingLeft) {
            gone.add(counter);
            if (resets.needless(counter) && table.own(new Reset(counter)) != null) {
                needless.putIfAbsent(counter, now);
            }
        }
    }

    private static long net(@Nullable CounterRow row) {
        return row instanceof Sums || row instanceof Since ? Since.sums(row).net() : 0;
    }
}

package io.capstan.crdt.core;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.CounterKey.Reset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One member's part in folding the slots of the departed, and in forgetting operations: what it writes into the {@link
 * Ledger}, and when it folds. Pure; not thread-safe.
 *
 * <p>A fold that was decided is made by everybody who holds its slots at the versions agreed on, after all folds before it;
 * whoever does not gets {@link Slot#FOLDED} from one who did, as any other slot, and drops in the same step what it holds.
 */
public final class Folder {
    /** So many looks are enough for what others hold to come here. */
    private static final int LOOKS = 5;

    private final Table<CounterKey, CounterRow> table;
    private final Trimmer trimmer;
    private final Foreseen foreseen;
    private boolean joined;
    private long folds;
    private long decided;
    /** What we have confirmed last; 0 for nothing. */
    private long confirmed;
    /** How much others hold of our own slot, linked or not. */
    private final Map<NodeId, Long> acknowledged = new HashMap<>();
    /** The version of the last of our own resets that was set right before a fold. */
    private long cleaned;
    /** What we lacked when we last looked, and how often in a row we lacked just that. */
    private Map<Slot, Long> lacked = Map.of();

    private int looks;
    /** Where we stood when we last looked and could not make the last fold, and how often in a row just there. */
    private long lostAt;

    private int looksLost;
    /** The fold that we have said we cannot make, nor will. */
    private long abandoned;

    public Folder(Table<CounterKey, CounterRow> table, Resets resets, Foreseen foreseen) {
        this.table = table;
        this.foreseen = foreseen;
        this.trimmer = new Trimmer(table, resets, foreseen);
    }

    /** From now on proposes that operations older than this are forgotten; without it they are kept for ever. */
    public void keepOperations(Duration window) {
        trimmer.window(window.toMillis());
    }

    /** Time passes, by a clock that never falls. */
    public void tick(long nowMillis) {
        trimmer.tick(nowMillis);
    }

    /** Whether this start was seen to take part when it last looked. */
    public boolean joined() {
        return joined;
    }

    /** Whether the operation is older than the window, and about to be forgotten: it counts, and is not taken again. */
    public boolean forgets(String operation) {
        return foreseen.cuts(operation);
    }

    /** Whether a cut was confirmed here of which is not known yet what becomes of it. */
    public boolean foresees() {
        return foreseen.open();
    }

    /** What keeps operations from being forgotten, as was seen last: slots whose owners take no part, or not yet. */
    public Set<Slot> inTheWay() {
        return trimmer.inTheWay();
    }

    /** How many folds were decided, as was seen last, and are not in what is held here. */
    public long behind() {
        return Math.max(0, decided - folds);
    }

    /** How many folds are in what is held here. */
    public long folds() {
        return folds;
    }

    /** A row that tells of a fold is shown here. */
    public void shows(Retired retired) {
        if (retired.fold() > folds) {
            folds = retired.fold();
            trimmer.made();
        }
    }

    /** A node holds our own slot up to there. */
    public void acknowledged(NodeId node, long version) {
        acknowledged.merge(node, version, Math::max);
    }

    /** What counts no more of our own slot has changed. */
    public void trimmed(@Nullable CounterRow before) {
        trimmer.trimmed(before);
    }

    /**
     * What this member has to say; null for nothing. To be said only once all that is held now is on disk, where it is to be:
     * what is confirmed must not be taken back by a crash.
     */
    public @Nullable LedgerCommand next(LedgerView view) {
        freeze(view);
        decided = Math.max(decided, view.folds());
        acknowledged.keySet().removeIf(node -> view.departed(new Slot(0, 0, node)));
        trimmer.heard(view, folds);
        joined = view.present(table.slot());
        if (!joined) {
            return later(view, table.slot()) ? new LedgerCommand.Join(table.slot()) : null;
        }
        if (view.folds() != folds) {
            return lost(view); // Behind: what it would say of slots that are folded by now must not count.
        }
        Map<Slot, Long> retiring = retiring(view);
        if (!retiring.isEmpty()) {
            return new LedgerCommand.Retire(table.slot(), folds, retiring);
        }
        LedgerCommand trims = trimmer.next(view, folds);
        if (trims != null) {
            return trims;
        }
        boolean asked = !view.next().isEmpty()
                && !view.confirmed().contains(table.slot().owner().name());
        if (asked && !holds(view.next())) {
            return lacking(view);
        }
        if (!asked || !Fold.fits(table, view.next())) {
            return null;
        }
        clean(view.next());
        if (!isHeldByAll(view, cleaned)) {
            return null;
        }
        confirmed = view.revision();
        freeze(view);
        return new LedgerCommand.Confirm(table.slot(), folds, view.revision());
    }

    /** What is confirmed stays as it is until it is folded, or raised: a returned owner may hold more. */
    private void freeze(LedgerView view) {
        boolean decided = view.folds() == folds + 1;
        boolean waiting = view.folds() == folds && view.revision() == confirmed;
        Set<Slot> frozen = new TreeSet<>();
        (decided ? view.last() : waiting ? view.next() : Map.<Slot, Long>of()).forEach((slot, version) -> {
            if (table.known(slot) == version) {
                frozen.add(slot);
            }
        });
        table.freeze(frozen);
    }

    private static boolean later(LedgerView view, Slot slot) {
        LedgerView.Member member = view.members().get(slot.owner().name());
        return member == null
                || member.slot().owner().incarnation() < slot.owner().incarnation();
    }

    /** Whether a fold was decided that can be made here now. */
    public boolean mayFold(LedgerView view) {
        if (view.beginsAnew()) {
            return view.folds() > folds
                    && table.known(Slot.FOLDED) == view.anew().from();
        }
        return view.folds() == folds + 1 && view.folds() != abandoned && holds(view.last()) && mayCut(view);
    }

    /** Only for members do owners leave what was cut off where it is until they have cut it too. */
    private boolean mayCut(LedgerView view) {
        return view.lastCut().isNone() || (view.present(table.slot()) && trimmer.holds(view.lastCut()));
    }

    /** Makes the fold that was decided last; {@link #mayFold} holds. */
    public void fold(LedgerView view) {
        if (view.beginsAnew()) {
            // As a cut of nothing: its row tells the number of this fold.
            CounterKey begun = new CounterKey.Trim(view.anew().revision());
            table.fold(
                    Map.of(begun, new Retired(0, view.folds(), 0, 0)),
                    view.anew().version());
        } else {
            table.fold(view.lastCut().isNone() ? Fold.of(table, view) : Trim.of(table, view), 0);
        }
        table.freeze(Set.of());
        folds = view.folds();
        trimmer.made();
    }

    /** Each at just that version: who holds more has it raised, who holds less waits for the rest. */
    private boolean holds(Map<Slot, Long> slots) {
        for (Map.Entry<Slot, Long> slot : slots.entrySet()) {
            if (table.known(slot.getKey()) != slot.getValue()) {
                return false;
            }
        }
        return true;
    }

    private @Nullable LedgerCommand lacking(LedgerView view) {
        Map<Slot, Long> lacking = new TreeMap<>();
        view.next().forEach((slot, version) -> {
            if (table.known(slot) < version) {
                lacking.put(slot, table.known(slot));
            }
        });
        looks = lacking.equals(lacked) ? looks + 1 : 0;
        lacked = lacking;
        boolean told = lacking.equals(view.lacking().get(table.slot().owner().name()));
        return looks < LOOKS || told ? null : new LedgerCommand.Lack(table.slot(), folds, view.revision(), lacking);
    }

    /**
     * That what was folded is lost, as far as we can tell: others may have it still, and then it comes here, or one of them
     * says something. Never said of what is kept on disk: a disk may come back, and what it has must count then.
     */
    private @Nullable LedgerCommand lost(LedgerView view) {
        long known = table.known(Slot.FOLDED);
        if (table.isKeptOnDisk() || view.folds() < folds || mayFold(view)) {
            looksLost = 0;
            return null;
        }
        looksLost = known == lostAt ? looksLost + 1 : 0;
        lostAt = known;
        Long told = view.anew().lost().get(table.slot().owner().name());
        if (looksLost < LOOKS || (told != null && told == known)) {
            return null;
        }
        abandoned = view.folds();
        return new LedgerCommand.Lost(table.slot(), view.folds(), known);
    }

    /** Departed slots that nobody else has named yet, or of which others have less. */
    private Map<Slot, Long> retiring(LedgerView view) {
        Map<Slot, Long> retiring = new TreeMap<>();
        for (Slot slot : table.slots()) {
            long known = table.known(slot);
            Long agreed = view.next().get(slot);
            boolean more = agreed == null ? view.next().size() + retiring.size() < Ledger.BATCH_MAX : known > agreed;
            if (more && !slot.equals(table.slot()) && view.departed(slot)) {
                retiring.put(slot, known);
            }
        }
        return retiring;
    }

    /** Our own resets are to say nothing of these slots that would mislead once nobody can tell any more. */
    private void clean(Map<Slot, Long> slots) {
        List<Map.Entry<Reset, Baseline>> resets = new ArrayList<>();
        table.forEach(table.slot(), (key, row) -> {
            if (key instanceof Reset reset) {
                resets.add(Map.entry(reset, (Baseline) row));
            }
        });
        for (Map.Entry<Reset, Baseline> reset : resets) {
            Baseline left = Fold.cleaned(table, slots, reset.getKey().counter(), reset.getValue());
            if (!left.equals(reset.getValue())) {
                cleaned = table.put(reset.getKey(), left);
            }
        }
    }

    /** Whether all other members hold our own slot up to there: a copy that lags could not be set right without us. */
    private boolean isHeldByAll(LedgerView view, long version) {
        return view.members().values().stream()
                .filter(member -> !member.removed() && !member.slot().equals(table.slot()))
                .allMatch(member -> acknowledged.getOrDefault(member.slot().owner(), 0L) >= version);
    }

    /** What a slot that was folded has added and taken beyond that, all counters together: it counts nowhere. */
    public Sums excess(Effect.Excess<CounterKey, CounterRow> excess) {
        CounterRow row = table.value(Slot.FOLDED, new CounterKey.Folded(excess.slot()));
        long added = 0;
        long taken = 0;
        for (Row<CounterKey, CounterRow> one : excess.rows()) {
            if (one.key() instanceof CounterKey.Total && one.value() != null) {
                added = Fold.saturated(added, Since.sums(one.value()).added());
                taken = Fold.saturated(taken, Since.sums(one.value()).taken());
            }
        }
        Retired retired = row instanceof Retired found ? found : new Retired(0, 1, 0, 0);
        return Sums.of(within(added - retired.added()), within(taken - retired.taken()));
    }

    private static long within(long amount) {
        return Math.max(0, Math.min(amount, Sums.MAX));
    }
}

package io.capstan.crdt.core;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Ledger} knows at one moment.
 *
 * @param members by name
 * @param folds how many folds were decided
 * @param last what the last of them folds, and at which versions
 * @param heir who gets the rights of bounded counters that the last fold's slots had; a slot that lived then
 * @param revision rises with every change of {@code next}
 * @param next what the next one is to fold, and at which versions
 * @param confirmed names of those who hold just that
 * @param lacking by name, of whom holds less: how much
 * @param cut what the next one is to cut, and what was said of that; never together with slots
 * @param lastCut what the last of them cuts
 * @param anew whether the last of them begins all anew, and who says that this has to be
 */
public record LedgerView(
        Map<String, Member> members,
        long folds,
        Map<Slot, Long> last,
        @Nullable Slot heir,
        long revision,
        Map<Slot, Long> next,
        Set<String> confirmed,
        Map<String, Map<Slot, Long>> lacking,
        Cut cut,
        Cut lastCut,
        Anew anew) {
    /** One node: its latest start, and whether it was removed after that. */
    public record Member(Slot slot, boolean removed) {}

    public LedgerView {
        members = Collections.unmodifiableMap(new TreeMap<>(members));
        last = Collections.unmodifiableMap(new TreeMap<>(last));
        next = Collections.unmodifiableMap(new TreeMap<>(next));
        lacking = Collections.unmodifiableMap(new TreeMap<>(lacking));
        confirmed = Collections.unmodifiableSet(new TreeSet<>(confirmed));
    }

    /** Before anybody has joined. */
    public static LedgerView empty() {
        return new LedgerView(
                Map.of(), 0, Map.of(), null, 0, Map.of(), Set.of(), Map.of(), Cut.NONE, Cut.NONE, Anew.NEVER);
    }

    /** Whether the last fold begins {@link Slot#FOLDED} anew. */
    public boolean beginsAnew() {
        return folds > 0 && anew.fold() == folds;
    }

    /** Whether the slot's owner takes part with just this start. */
    public boolean present(Slot slot) {
        Member member = members.get(slot.owner().name());
        return member != null && !member.removed() && member.slot().equals(slot);
    }

    /** Whether the slot's owner is over: a later start of its node takes part, or the node was removed. */
    public boolean departed(Slot slot) {
        Member member = members.get(slot.owner().name());
        if (member == null) {
            return false; // Nobody knows it here: it may be alive.
        }
        long latest = member.slot().owner().incarnation();
        return slot.owner().incarnation() < latest
                || (member.removed() && slot.owner().incarnation() == latest);
    }
}

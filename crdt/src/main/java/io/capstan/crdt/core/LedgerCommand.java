package io.capstan.crdt.core;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What members write into the {@link Ledger}. Repeating any of them does no harm.
 *
 * <p>{@code folds} is how many folds the sender has made itself: who is behind says nothing that counts.
 */
public sealed interface LedgerCommand {
    /** Said by a member that has made so many folds. */
    sealed interface Made extends LedgerCommand {
        Slot sender();

        long folds();
    }

    /** A start of a node takes part, with this slot of its own. Its earlier starts are over, and their slots departed. */
    record Join(Slot slot) implements LedgerCommand {}

    /** A node takes part no more, for good: its slots are departed, and nobody waits for it. */
    record Remove(String name) implements LedgerCommand {}

    /** The sender holds so much of departed slots, which are to be folded at that or more. */
    record Retire(Slot sender, long folds, Map<Slot, Long> slots) implements Made {
        public Retire {
            slots = java.util.Collections.unmodifiableMap(new TreeMap<>(slots));
        }
    }

    /** The sender holds the slots of this revision of the next fold, each at just the version that it says. */
    record Confirm(Slot sender, long folds, long revision) implements Made {}

    /**
     * The sender holds less of some slots of this revision, and so much, and has waited for more: when all members lack
     * what somebody had once, its only copy is lost (a disk was replaced by a backup), and they fold what there is.
     */
    record Lack(Slot sender, long folds, long revision, Map<Slot, Long> slots) implements Made {
        public Lack {
            slots = java.util.Collections.unmodifiableMap(new TreeMap<>(slots));
        }
    }

    /**
     * Operations of the slot up to this version are older than their window: the sender's own, or those that are kept in
     * {@link Slot#FOLDED}. Slots of the departed go first.
     */
    record Trim(Slot sender, long folds, Slot slot, long version) implements Made {}

    /**
     * The sender holds the prefixes of this revision's {@link Cut}, and takes none of their operations again.
     *
     * @param strays versions in the sender's slot, beyond its prefix, of operations that are to be cut
     * @param taken deltas that resets have seen, as the sender knows it
     * @param named earlier cuts that resets name, as the sender knows it
     */
    record ConfirmCut(Slot sender, long folds, long revision, Set<Long> strays, Set<Integer> taken, Set<Long> named)
            implements Made {
        public ConfirmCut {
            strays = java.util.Collections.unmodifiableSet(new TreeSet<>(strays));
            taken = java.util.Collections.unmodifiableSet(new TreeSet<>(taken));
            named = java.util.Collections.unmodifiableSet(new TreeSet<>(named));
        }
    }

    /**
     * The sender cannot make the fold that was decided last, and will not: it holds so much of {@link Slot#FOLDED}, and has
     * waited for somebody who has all of it. When all members say so, and hold the same, it is begun anew.
     */
    record Lost(Slot sender, long folds, long known) implements LedgerCommand {}

    /** The sender cannot confirm this revision's {@link Cut}, and will not soon: it is given up. */
    record GiveUp(Slot sender, long folds, long revision) implements Made {}
}

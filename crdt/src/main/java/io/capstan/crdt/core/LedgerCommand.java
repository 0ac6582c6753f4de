package io.capstan.crdt.core;

import java.util.Map;
import java.util.TreeMap;

/**
 * What members write into the {@link Ledger}. Repeating any of them does no harm.
 *
 * <p>{@code folds} is how many folds the sender has made itself: who is behind says nothing that counts.
 */
public sealed interface LedgerCommand {
    /** A start of a node takes part, with this slot of its own. Its earlier starts are over, and their slots departed. */
    record Join(Slot slot) implements LedgerCommand {}

    /** A node takes part no more, for good: its slots are departed, and nobody waits for it. */
    record Remove(String name) implements LedgerCommand {}

    /** The sender holds so much of departed slots, which are to be folded at that or more. */
    record Retire(Slot sender, long folds, Map<Slot, Long> slots) implements LedgerCommand {
        public Retire {
            slots = java.util.Collections.unmodifiableMap(new TreeMap<>(slots));
        }
    }

    /** The sender holds the slots of this revision of the next fold, each at just the version that it says. */
    record Confirm(Slot sender, long folds, long revision) implements LedgerCommand {}

    /**
     * The sender holds less of some slots of this revision, and so much, and has waited for more: when all members lack
     * what somebody had once, its only copy is lost (a disk was replaced by a backup), and they fold what there is.
     */
    record Lack(Slot sender, long folds, long revision, Map<Slot, Long> slots) implements LedgerCommand {
        public Lack {
            slots = java.util.Collections.unmodifiableMap(new TreeMap<>(slots));
        }
    }
}

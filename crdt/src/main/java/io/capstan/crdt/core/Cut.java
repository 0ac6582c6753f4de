package io.capstan.crdt.core;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Operations that are older than their window, and are to be forgotten: their deltas become sums of {@link Slot#FOLDED}.
 * What members say of them as they confirm is put together here; saying it twice does no harm.
 *
 * <p>The operations are those that stand in the prefixes, in the order of their ids; who holds the prefixes after the same
 * folds sees the same ones. Wherever else an id stands its row is named too, or it would count again.
 *
 * @param revision of the {@link Ledger}
 * @param upTo members' own slots, and {@code FOLDED}, each up to a version; empty when nothing is cut
 * @param strays versions above those, by slot, of further rows of the same ids
 * @param taken which deltas some reset has seen, counted through all operations: they are left out of the sums
 * @param named revisions of earlier cuts that resets still name
 */
public record Cut(
        long revision, Map<Slot, Long> upTo, Map<Slot, Set<Long>> strays, Set<Integer> taken, Set<Long> named) {
    /** Prefixes of one cut, so that it fits one command and one frame. */
    static final int PREFIXES_MAX = 8;

    /** Strays of one cut, for the same reason. */
    static final int STRAYS_MAX = 2_048;

    /** Deltas of one cut: a bit of each stands for whether it is taken. */
    static final int DELTAS_MAX = 65_536;

    /** Earlier cuts that one cut names. */
    static final int NAMED_MAX = 256;

    /** Nothing is cut. */
    public static final Cut NONE = new Cut(0, Map.of(), Map.of(), Set.of(), Set.of());

    public Cut {
        upTo = Collections.unmodifiableMap(new TreeMap<>(upTo));
        TreeMap<Slot, Set<Long>> sorted = new TreeMap<>();
        strays.forEach((slot, versions) -> sorted.put(slot, Collections.unmodifiableSet(new TreeSet<>(versions))));
        strays = Collections.unmodifiableMap(sorted);
        taken = Collections.unmodifiableSet(new TreeSet<>(taken));
        named = Collections.unmodifiableSet(new TreeSet<>(named));
    }

    /** Nothing is cut; beyond that nobody has said anything yet. */
    public boolean isNone() {
        return upTo.isEmpty();
    }

    /** The prefixes alone: what was said of an earlier revision is not true of this one. */
    Cut anew(long newRevision) {
        return new Cut(newRevision, upTo, Map.of(), Set.of(), Set.of());
    }

    /** With one prefix more. */
    Cut and(Slot slot, long version) {
        TreeMap<Slot, Long> more = new TreeMap<>(upTo);
        more.put(slot, version);
        return new Cut(revision, more, Map.of(), Set.of(), Set.of());
    }

    /** With what one member says. */
    Cut and(LedgerCommand.ConfirmCut word) {
        TreeMap<Slot, Set<Long>> allStrays = new TreeMap<>(strays);
        if (!word.strays().isEmpty()) {
            TreeSet<Long> own = new TreeSet<>(word.strays());
            own.addAll(strays.getOrDefault(word.sender(), Set.of()));
            allStrays.put(word.sender(), own);
        }
        TreeSet<Integer> allTaken = new TreeSet<>(taken);
        allTaken.addAll(word.taken());
        TreeSet<Long> allNamed = new TreeSet<>(named);
        allNamed.addAll(word.named());
        return new Cut(revision, upTo, allStrays, allTaken, allNamed);
    }

    /** Whether it fits one frame. */
    boolean fits() {
        return strays.values().stream().mapToInt(Set::size).sum() <= STRAYS_MAX
                && named.size() <= NAMED_MAX
                && taken.stream().allMatch(index -> index < DELTAS_MAX);
    }
}

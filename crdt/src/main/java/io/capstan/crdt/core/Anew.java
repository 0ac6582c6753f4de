package io.capstan.crdt.core;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * That {@link Slot#FOLDED} was begun anew, as nobody who takes part could make the last fold any more: all who had made it, or
 * held its slots, were gone at once. It goes on from what all members hold, under versions that no earlier one has, so whoever
 * comes with the earlier one takes this whole, and nothing of both is mixed.
 *
 * @param times how often; 0 for never
 * @param fold the number of the fold that did so last; 0 for none
 * @param revision of the ledger as that was decided
 * @param from the version of {@code FOLDED} from which it goes on; 0 for nothing
 * @param lost by name, of members that cannot make the last fold now: how much of {@code FOLDED} they hold
 */
public record Anew(long times, long fold, long revision, long from, Map<String, Long> lost) {
    /** Never, and nobody says that anything is lost. */
    public static final Anew NEVER = new Anew(0, 0, 0, 0, Map.of());

    /** Changes of {@code FOLDED} until it has to be begun anew for want of versions: more than any cluster makes. */
    private static final int VERSION_BITS = 40;

    public Anew {
        lost = Collections.unmodifiableMap(new TreeMap<>(lost));
    }

    /** The version of {@code FOLDED} at which it was begun so often. */
    long version() {
        return times << VERSION_BITS;
    }

    /** Whether one version of {@code FOLDED} is of an earlier beginning than the other. */
    static boolean isEarlier(long one, long other) {
        return one >> VERSION_BITS < other >> VERSION_BITS;
    }

    Anew and(String name, long known) {
        Map<String, Long> more = new TreeMap<>(lost);
        more.put(name, known);
        return new Anew(times, fold, revision, from, more);
    }

    Anew without(String name) {
        Map<String, Long> less = new TreeMap<>(lost);
        less.remove(name);
        return less.size() == lost.size() ? this : new Anew(times, fold, revision, from, less);
    }

    /** Nobody says any more that anything is lost. */
    Anew found() {
        return lost.isEmpty() ? this : new Anew(times, fold, revision, from, Map.of());
    }

    /** Whether all of these say so, and hold the same. */
    boolean isAgreedBy(Collection<String> members) {
        Set<Long> held = new TreeSet<>(lost.values());
        return !members.isEmpty() && lost.keySet().containsAll(members) && held.size() == 1;
    }

    /** Once more, as the fold of this number, from what all hold. */
    Anew again(long number, long newRevision) {
        return new Anew(times + 1, number, newRevision, lost.values().iterator().next(), Map.of());
    }
}

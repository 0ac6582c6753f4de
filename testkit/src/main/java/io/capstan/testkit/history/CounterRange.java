package io.capstan.testkit.history;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Judges reads of a counter that promises no order: a read lies between what was surely counted when it was asked for and
 * what may have been when it was answered.
 */
public final class CounterRange {
    private static final int SHOWN = 8;

    private CounterRange() {}

    /**
     * An addition.
     *
     * @param visibleNanos from when on every read that is judged must see it; {@link Operation#NEVER} if it may be missed
     *     for ever
     */
    public record Add(long delta, long invokedNanos, long visibleNanos) {}

    /** A read and its answer. */
    public record Read(String reader, long value, long invokedNanos, long returnedNanos) {}

    /** What is wrong, in lines for people; nothing when all is good. */
    public static List<String> violations(Collection<Add> adds, Collection<Read> reads) {
        // The least: all that is sure upwards, and all that is possible downwards. The most: the other way round.
        Sums sure = new Sums(adds, true);
        Sums possible = new Sums(adds, false);
        List<String> violations = new ArrayList<>();
        for (Read read : reads) {
            long min = sure.upTo(read.invokedNanos(), true) + possible.upTo(read.returnedNanos(), false);
            long max = possible.upTo(read.returnedNanos(), true) + sure.upTo(read.invokedNanos(), false);
            if ((read.value() < min || read.value() > max) && violations.size() < SHOWN) {
                violations.add("a read of " + read.reader() + " at " + read.returnedNanos() + " found " + read.value()
                        + ", which is not between " + min + " and " + max);
            }
        }
        return violations;
    }

    /** Sums of those deltas above, and of those below 0, that stand before a moment. */
    private static final class Sums {
        private final long[] times;
        private final long[] up;
        private final long[] down;

        Sums(Collection<Add> adds, boolean visible) {
            List<Add> sorted = new ArrayList<>(adds);
            sorted.sort(Comparator.comparingLong(add -> time(add, visible)));
            times = sorted.stream().mapToLong(add -> time(add, visible)).toArray();
            up = new long[times.length + 1];
            down = new long[times.length + 1];
            for (int i = 0; i < times.length; i++) {
                long delta = sorted.get(i).delta();
                up[i + 1] = up[i] + Math.max(delta, 0);
                down[i + 1] = down[i] + Math.min(delta, 0);
            }
        }

        private static long time(Add add, boolean visible) {
            return visible ? add.visibleNanos() : add.invokedNanos();
        }

        /** Of what came strictly before. */
        long upTo(long nanos, boolean upwards) {
            int found = Arrays.binarySearch(times, nanos);
            int place = found < 0 ? -found - 1 : found;
            while (place > 0 && times[place - 1] == nanos) {
                place--;
            }
            return upwards ? up[place] : down[place];
        }
    }
}

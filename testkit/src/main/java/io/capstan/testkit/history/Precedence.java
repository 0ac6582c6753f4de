package io.capstan.testkit.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Who must have come before whom, and whether that goes round in a circle. An operation comes before all that were asked
 * for after its answer: said by a chain of moments, one for each answer, so that there are not as many edges as pairs.
 */
final class Precedence {
    /** Whatever waits for a circle seems to be in one: a short one is good to have, not worth a search of all. */
    private static final int TRIES_MAX = 200;

    private final int operations;
    private final List<List<Integer>> after = new ArrayList<>();

    Precedence(List<? extends Operation<?, ?>> history) {
        operations = history.size();
        List<Integer> byReturn = IntStream.range(0, operations)
                .boxed()
                .filter(each -> !history.get(each).isOpen())
                .sorted(Comparator.comparingLong(each -> history.get(each).returnedNanos()))
                .toList();
        for (int i = 0; i < operations + byReturn.size(); i++) {
            after.add(new ArrayList<>());
        }
        long[] returns = byReturn.stream()
                .mapToLong(each -> history.get(each).returnedNanos())
                .toArray();
        for (int moment = 0; moment < returns.length; moment++) {
            after.get(byReturn.get(moment)).add(operations + moment);
            if (moment > 0) {
                after.get(operations + moment - 1).add(operations + moment);
            }
        }
        for (int each = 0; each < operations; each++) {
            int before = answeredBefore(returns, history.get(each).invokedNanos());
            if (before > 0) {
                after.get(operations + before - 1).add(each);
            }
        }
    }

    /** How many returns there are before that moment. */
    private static int answeredBefore(long[] returns, long nanos) {
        int found = Arrays.binarySearch(returns, nanos);
        int place = found < 0 ? -found - 1 : found;
        // Operations that touch are concurrent.
        while (place > 0 && returns[place - 1] == nanos) {
            place--;
        }
        return place;
    }

    void before(int first, int second) {
        if (first != second && first >= 0 && second >= 0) {
            after.get(first).add(second);
        }
    }

    /** A short circle, without its moments; one operation alone if it took too long to find; empty when there is none. */
    List<Integer> circle() {
        int[] waitsFor = new int[after.size()];
        after.forEach(next -> next.forEach(each -> waitsFor[each]++));
        Deque<Integer> free = new ArrayDeque<>();
        for (int i = 0; i < waitsFor.length; i++) {
            if (waitsFor[i] == 0) {
                free.add(i);
            }
        }
        int taken = 0;
        while (!free.isEmpty()) {
            taken++;
            for (int each : after.get(free.remove())) {
                if (--waitsFor[each] == 0) {
                    free.add(each);
                }
            }
        }
        if (taken == after.size()) {
            return List.of();
        }
        List<Integer> shortest = List.of();
        int tries = TRIES_MAX;
        for (int i = 0; i < operations && tries > 0; i++) {
            if (waitsFor[i] > 0) {
                tries--;
                List<Integer> circle = back(i, waitsFor);
                if (!circle.isEmpty() && (shortest.isEmpty() || circle.size() < shortest.size())) {
                    shortest = circle;
                }
                if (shortest.size() == 2) {
                    break;
                }
            }
        }
        return shortest.isEmpty() ? List.of(firstStuck(waitsFor)) : shortest;
    }

    private int firstStuck(int[] waitsFor) {
        return IntStream.range(0, operations)
                .filter(each -> waitsFor[each] > 0)
                .findFirst()
                .orElseThrow();
    }

    /** The shortest way from there back to it, through what nobody could take. */
    private List<Integer> back(int start, int[] waitsFor) {
        int[] from = new int[after.size()];
        Arrays.fill(from, -1);
        Deque<Integer> next = new ArrayDeque<>(List.of(start));
        while (!next.isEmpty()) {
            int current = next.remove();
            for (int each : after.get(current)) {
                if (each == start) {
                    Deque<Integer> way = new ArrayDeque<>();
                    for (int i = current; i != start; i = from[i]) {
                        if (i < operations) {
                            way.addFirst(i);
                        }
                    }
                    way.addFirst(start);
                    return List.copyOf(way);
                }
                if (waitsFor[each] > 0 && from[each] < 0) {
                    from[each] = current;
                    next.add(each);
                }
            }
        }
        return List.of();
    }
}

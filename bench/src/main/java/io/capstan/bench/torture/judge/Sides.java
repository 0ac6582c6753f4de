package io.capstan.bench.torture.judge;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a cut leaves of a cluster. */
final class Sides {
    private Sides() {}

    /**
     * The sides: nodes that reach each other, at most through one third node as their links do. Empty when there are no
     * clear ones: two that do not see each other, and both see a third, far away.
     *
     * @param cut as {@code a>b}; a link that is cut one way is none
     */
    static Optional<List<Set<String>>> of(Set<String> nodes, Set<String> cut) {
        Set<String> rest = new TreeSet<>(nodes);
        List<Set<String>> sides = new ArrayList<>();
        while (!rest.isEmpty()) {
            Set<String> side = reachable(rest.iterator().next(), nodes, cut);
            rest.removeAll(side);
            sides.add(side);
        }
        return sides.stream().allMatch(side -> isClose(side, cut)) ? Optional.of(sides) : Optional.empty();
    }

    private static Set<String> reachable(String from, Set<String> nodes, Set<String> cut) {
        Set<String> side = new TreeSet<>(Set.of(from));
        Deque<String> next = new ArrayDeque<>(side);
        while (!next.isEmpty()) {
            String current = next.remove();
            for (String node : nodes) {
                if (linked(current, node, cut) && side.add(node)) {
                    next.add(node);
                }
            }
        }
        return side;
    }

    private static boolean isClose(Set<String> side, Set<String> cut) {
        return side.stream()
                .allMatch(one -> side.stream()
                        .allMatch(other -> linked(one, other, cut)
                                || side.stream()
                                        .anyMatch(third -> linked(one, third, cut) && linked(third, other, cut))));
    }

    private static boolean linked(String one, String other, Set<String> cut) {
        return one.equals(other) || !(cut.contains(one + ">" + other) || cut.contains(other + ">" + one));
    }
}

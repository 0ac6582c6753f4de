package io.capstan.testkit;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * Links between groups: all that join members of two different groups, in both directions ({@code a|b,c|d}), or those from
 * the first of two groups to the second ({@code a>b,c}). One group may be {@code others}.
 *
 * @param groups two or more, none empty, nobody in two of them
 * @param oneWay whether only the direction from the first group to the second is meant
 */
public record Links(List<List<String>> groups, boolean oneWay) {
    public Links {
        groups = groups.stream().map(List::copyOf).toList();
        if (groups.size() < 2 || (oneWay && groups.size() != 2)) {
            throw new IllegalArgumentException(
                    "links join " + (oneWay ? "two groups, got " : "two groups or more, got ") + groups);
        }
        Set<String> seen = new HashSet<>();
        for (List<String> group : groups) {
            if (group.isEmpty()) {
                throw new IllegalArgumentException("a group of links is empty: " + groups);
            }
            for (String name : group) {
                if (!seen.add(Notation.requireName(name))) {
                    throw new IllegalArgumentException("\"" + name + "\" stands twice in " + groups);
                }
            }
        }
    }

    /** Visits every pair (from, to) of different members, in the order written. */
    public void forEach(FaultTarget target, BiConsumer<String, String> visitor) {
        List<List<String>> sides = sides(target);
        for (int i = 0; i < sides.size(); i++) {
            for (int j = i + 1; j < sides.size(); j++) {
                between(sides.get(i), sides.get(j), visitor);
            }
        }
    }

    private List<List<String>> sides(FaultTarget target) {
        List<List<String>> sides = new ArrayList<>();
        Set<String> named = new HashSet<>();
        for (List<String> group : groups) {
            boolean others = group.equals(List.of(Who.OTHERS));
            List<String> names = others ? new ArrayList<>(target.names()) : new Who(group).among(target);
            if (!others) {
                named.addAll(names);
            }
            sides.add(names);
        }
        for (int i = 0; i < sides.size(); i++) {
            if (groups.get(i).equals(List.of(Who.OTHERS))) {
                sides.get(i).removeAll(named);
            }
        }
        return sides;
    }

    private void between(List<String> left, List<String> right, BiConsumer<String, String> visitor) {
        for (String a : left) {
            for (String b : right) {
                if (!a.equals(b)) {
                    visitor.accept(a, b);
                    if (!oneWay) {
                        visitor.accept(b, a);
                    }
                }
            }
        }
    }

    @Override
    public String toString() {
        return groups.stream().map(group -> String.join(",", group)).collect(Collectors.joining(oneWay ? ">" : "|"));
    }
}

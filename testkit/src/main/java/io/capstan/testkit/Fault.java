package io.capstan.testkit;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** One step of {@link Faults}. {@code toString()} is its notation. */
public sealed interface Fault {
    /** Makes it happen. */
    void applyTo(FaultTarget target);

    /** {@code wait 5s}. */
    record Wait(Duration time) implements Fault {
        public Wait {
            requireMillis(time);
        }

        @Override
        public void applyTo(FaultTarget target) {
            target.pass(time);
        }

        @Override
        public String toString() {
            return "wait " + print(time);
        }
    }

    /** {@code cut a|b,c} or {@code cut a>b}. */
    record Cut(Links links) implements Fault {
        @Override
        public void applyTo(FaultTarget target) {
            links.forEach(target::cutOneWay);
        }

        @Override
        public String toString() {
            return "cut " + links;
        }
    }

    /** {@code heal a|b,c} or {@code heal a>b}: these links only. */
    record Heal(Links links) implements Fault {
        @Override
        public void applyTo(FaultTarget target) {
            links.forEach(target::healOneWay);
        }

        @Override
        public String toString() {
            return "heal " + links;
        }
    }

    /** {@code heal}: every link. */
    record HealAll() implements Fault {
        @Override
        public void applyTo(FaultTarget target) {
            target.healAll();
        }

        @Override
        public String toString() {
            return "heal";
        }
    }

    /** {@code kill a}. */
    record Kill(String name) implements Fault {
        public Kill {
            requireName(name);
        }

        @Override
        public void applyTo(FaultTarget target) {
            target.kill(name);
        }

        @Override
        public String toString() {
            return "kill " + name;
        }
    }

    /** {@code restart a}. */
    record Restart(String name) implements Fault {
        public Restart {
            requireName(name);
        }

        @Override
        public void applyTo(FaultTarget target) {
            target.restart(name);
        }

        @Override
        public String toString() {
            return "restart " + name;
        }
    }

    /** {@code pause a 2s}. */
    record Pause(String name, Duration time) implements Fault {
        public Pause {
            requireName(name);
            requireMillis(time);
        }

        @Override
        public void applyTo(FaultTarget target) {
            target.pause(name, time);
        }

        @Override
        public String toString() {
            return "pause " + name + " " + print(time);
        }
    }

    /**
     * Links between groups: all that join members of two different groups, in both directions ({@code a|b,c|d}), or
     * those from the first of two groups to the second ({@code a>b,c}).
     *
     * @param groups two or more, none empty, nobody in two of them
     * @param oneWay whether only the direction from the first group to the second is meant
     */
    record Links(List<List<String>> groups, boolean oneWay) {
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
                    if (!seen.add(requireName(name))) {
                        throw new IllegalArgumentException("\"" + name + "\" stands twice in " + groups);
                    }
                }
            }
        }

        /** Visits every pair (from, to), in the order written. */
        public void forEach(BiConsumer<String, String> visitor) {
            for (int i = 0; i < groups.size(); i++) {
                for (int j = i + 1; j < groups.size(); j++) {
                    between(groups.get(i), groups.get(j), visitor);
                }
            }
        }

        private void between(List<String> left, List<String> right, BiConsumer<String, String> visitor) {
            for (String a : left) {
                for (String b : right) {
                    visitor.accept(a, b);
                    if (!oneWay) {
                        visitor.accept(b, a);
                    }
                }
            }
        }

        @Override
        public String toString() {
            return groups.stream()
                    .map(group -> String.join(",", group))
                    .collect(Collectors.joining(oneWay ? ">" : "|"));
        }
    }

    private static void requireMillis(Duration time) {
        if (time.isNegative() || time.toNanosPart() % 1_000_000 != 0) {
            throw new IllegalArgumentException("a fault's time is a whole number of milliseconds, got " + time);
        }
    }

    private static String requireName(String name) {
        if (!Faults.NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a member's name has 1 to 64 of A-Z a-z 0-9 . _ -, got \"" + name + "\"");
        }
        return name;
    }

    private static String print(Duration time) {
        long millis = time.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }
}

package io.capstan.testkit;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Whom a {@link Fault} is about: members by their names, or by what they are when it happens: {@value #LEADER}, {@value
 * #ONE} (whom the target draws), {@value #ALL}, and, beside a group of links, {@value #OTHERS}. A member that has one of
 * these words for a name is only meant by {@value #ALL}.
 *
 * @param words at least one, none twice
 */
public record Who(List<String> words) {
    /** Who leads at that moment, as the target knows it. */
    public static final String LEADER = "leader";

    /** Any one that runs. */
    public static final String ONE = "one";

    /** Every member. */
    public static final String ALL = "all";

    /** Every member that the other groups of the same links do not name. */
    public static final String OTHERS = "others";

    public Who {
        words = List.copyOf(words);
        if (words.isEmpty()) {
            throw new IllegalArgumentException("a fault is about somebody, got nobody");
        }
        Set<String> seen = new LinkedHashSet<>();
        for (String word : words) {
            if (!seen.add(Notation.requireName(word))) {
                throw new IllegalArgumentException("\"" + word + "\" stands twice in " + words);
            }
        }
    }

    /** Whether a word says what somebody is, and is nobody's name. */
    public static boolean isRole(String word) {
        return word.equals(LEADER) || word.equals(ONE) || word.equals(ALL) || word.equals(OTHERS);
    }

    public static Who of(String... words) {
        return new Who(List.of(words));
    }

    /** The names, in the order written, nobody twice. */
    public List<String> among(FaultTarget target) {
        Set<String> names = new LinkedHashSet<>();
        for (String word : words) {
            switch (word) {
                case LEADER -> names.add(target.leader());
                case ONE -> names.add(target.one());
                case ALL -> names.addAll(target.names());
                default -> names.add(word);
            }
        }
        return new ArrayList<>(names);
    }

    @Override
    public String toString() {
        return String.join(",", words);
    }
}

package io.capstan.registry.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Which groups are created, as one node knows it: inputs in, ordered effects out. Deterministic. Not thread-safe.
 *
 * <p>What a node has heard of a group it shows as a mark, so that it outlives whoever created the group; a deletion is a
 * mark too, until nobody shows the creation any more.
 */
public final class CreatedMarks {
    /** What is asked of the shell, to be done in order. */
    public sealed interface Effect {
        String group();

        /** Show this mark in place of the one before. */
        record Show(String group, CreatedMark mark) implements Effect {}

        /** The group is deleted: all its members of this node leave. */
        record Empty(String group) implements Effect {}

        /** Show no mark of it any more, which was shown so many times. */
        record Forget(String group, int times) implements Effect {}
    }

    private final Map<String, CreatedMark> marks;
    private final Map<String, Integer> times = new HashMap<>();

    /** Deletions that were there at the last sweep already. */
    private Map<String, CreatedMark> swept = Map.of();

    private List<Effect> effects = new ArrayList<>();

    /** {@code marks} is written here alone, and may be read by others. */
    public CreatedMarks(Map<String, CreatedMark> marks) {
        this.marks = marks;
    }

    /** Returns what is to be done since the last call, in order. */
    public List<Effect> drain() {
        List<Effect> drained = effects;
        effects = new ArrayList<>();
        return drained;
    }

    /** What is known of the group. */
    public CreatedMark mark(String group) {
        return marks.getOrDefault(group, CreatedMark.NONE);
    }

    /** A user creates the group, or deletes it; returns whether that is news. */
    public boolean say(String group, boolean created) {
        CreatedMark known = mark(group);
        if (known.created() == created) {
            return false;
        }
        raise(group, known.next(created));
        return true;
    }

    /** The marks of the group have changed: this is the highest that is shown here, by whomever. */
    public void heard(String group, CreatedMark highest) {
        // Who has forgotten a deletion does not learn it again from whoever is about to: it would never end.
        if (highest.created() || marks.containsKey(group)) {
            raise(group, highest);
        }
    }

    /** It is at least this. */
    public void raise(String group, CreatedMark mark) {
        if (!mark.above(mark(group))) {
            return;
        }
        marks.put(group, mark);
        times.merge(group, 1, Integer::sum);
        effects.add(new Effect.Show(group, mark));
        if (!mark.created()) {
            effects.add(new Effect.Empty(group));
        }
    }

    /**
     * Forgets deletions that were there at the last sweep and that nobody contradicts: names that were used once leave
     * nothing behind.
     *
     * @param highest tells the highest mark that is shown of a group, by whomever
     */
    public void sweep(Function<String, CreatedMark> highest) {
        Map<String, CreatedMark> deletions = new HashMap<>();
        for (Map.Entry<String, CreatedMark> each : List.copyOf(marks.entrySet())) {
            String group = each.getKey();
            CreatedMark mark = each.getValue();
            if (mark.created()) {
                continue;
            }
            if (mark.equals(swept.get(group)) && !highest.apply(group).created()) {
                marks.remove(group);
                Integer shown = times.remove(group);
                effects.add(new Effect.Forget(group, shown == null ? 0 : shown));
            } else {
                deletions.put(group, mark);
            }
        }
        swept = deletions;
    }
}

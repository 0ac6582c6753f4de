package io.capstan.testkit.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Judges whether a history is linearizable: Wing and Gong's search (1993) with Lowe's memory of visited configurations
 * (2017), each key apart.
 *
 * <p>Memory and time grow with the number of operations that are under way at once, and exponentially with the open ones
 * that matter: a history with hundreds of unknown outcomes of one key may remain undecided.
 */
public final class Linearizability {
    /** Enough for some minutes on one core. */
    public static final long STEPS_MAX_DEFAULT = 100_000_000;

    private Linearizability() {}

    /** As {@link #check(Model, Collection, long)}, with {@link #STEPS_MAX_DEFAULT}. */
    public static <S, I, O> Verdict<I, O> check(Model<S, I, O> model, Collection<Operation<I, O>> history) {
        return check(model, history, STEPS_MAX_DEFAULT);
    }

    /**
     * Judges each key's part of the history; a violation of any is one of all.
     *
     * @param history in any order
     * @param stepsMax how often the model is asked at the most, over all keys
     */
    public static <S, I, O> Verdict<I, O> check(
            Model<S, I, O> model, Collection<Operation<I, O>> history, long stepsMax) {
        Map<Object, List<Operation<I, O>>> parts = new LinkedHashMap<>();
        history.forEach(each -> parts.computeIfAbsent(model.key(each.input()), key -> new ArrayList<>())
                .add(each));
        long steps = 0;
        Verdict<I, O> undecided = null;
        for (Map.Entry<Object, List<Operation<I, O>>> part : parts.entrySet()) {
            Verdict<I, O> verdict =
                    new LinearizationSearch<>(model, part.getKey(), part.getValue(), stepsMax - steps).run();
            steps += verdict.steps();
            if (verdict instanceof Verdict.Violation<I, O>) {
                return verdict;
            }
            if (undecided == null && verdict instanceof Verdict.Undecided<I, O>) {
                // Another key may still show a violation, which is worth more.
                undecided = verdict;
            }
        }
        return undecided != null ? undecided : new Verdict.Linearizable<>(steps);
    }
}

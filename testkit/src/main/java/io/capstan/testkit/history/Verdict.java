package io.capstan.testkit.history;

import java.util.List;

/** What the judge says of a history. */
public sealed interface Verdict<I, O> {
    /** How many times the model was asked. */
    long steps();

    /** There is an order that explains every answer. */
    record Linearizable<I, O>(long steps) implements Verdict<I, O> {}

    /**
     * There is none.
     *
     * @param key of the part of the history that has none
     * @param longest the longest explanation found: so far every answer makes sense, in this order
     * @param unexplained what had to come next and fits nowhere: the answers that were waited for when the explanation
     *     ended, the first of them first
     */
    record Violation<I, O>(Object key, List<Operation<I, O>> longest, List<Operation<I, O>> unexplained, long steps)
            implements Verdict<I, O> {
        private static final int SHOWN = 8;

        /** Some lines for people. */
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("not linearizable, key " + key + "; after");
            longest.subList(Math.max(0, longest.size() - SHOWN), longest.size())
                    .forEach(each -> text.append("\n    ").append(each));
            text.append("\n  nothing explains");
            unexplained.stream()
                    .limit(SHOWN)
                    .forEach(each -> text.append("\n    ").append(each));
            return text.toString();
        }
    }

    /** The judge gave up after so many steps. */
    record Undecided<I, O>(Object key, long steps) implements Verdict<I, O> {}
}

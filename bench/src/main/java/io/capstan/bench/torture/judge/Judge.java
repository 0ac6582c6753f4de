package io.capstan.bench.torture.judge;

import io.capstan.bench.torture.record.Recorded;
import io.capstan.testkit.history.Linearizability;
import io.capstan.testkit.history.Model;
import io.capstan.testkit.history.Operation;
import io.capstan.testkit.history.Verdict;
import java.util.Collection;
import java.util.List;

/** Says what is wrong with a history. */
public interface Judge {
    /** Some tens of seconds on one core. */
    long STEPS_MAX = 20_000_000;

    /** In lines for people; none when all is good. */
    List<String> violations(Recorded history);

    /** Whether one copy of a service, which answers one request at a time, could have said the same. */
    static <S, I, O> List<String> search(Model<S, I, O> model, Collection<Operation<I, O>> history) {
        Verdict<I, O> verdict = Linearizability.check(model, history, STEPS_MAX);
        if (verdict instanceof Verdict.Undecided<I, O> undecided) {
            return List.of("undecided after " + undecided.steps() + " steps: key " + undecided.key());
        }
        return verdict instanceof Verdict.Violation<I, O> ? List.of(verdict.toString()) : List.of();
    }
}

package io.capstan.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.testkit.history.AppendLists.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("The judge of transactions on lists")
class AppendTransactionsTest {
    private static final int PROCESSES = 4;

    /** Plays transactions one after the other, each at some moment between its request and its answer. */
    private static final class Play {
        private final Random random;
        private final Map<String, List<Long>> lists = new HashMap<>();
        private final List<Operation<List<Step>, List<List<Long>>>> history = new ArrayList<>();
        private final long[] free = new long[PROCESSES];
        private final int keys;
        private long now;
        private long element;
        private int process;

        Play(Random random, int keys) {
            this.random = random;
            this.keys = keys;
        }

        Play transactions(int count, int unknownOneOf) {
            for (int i = 0; i < count; i++) {
                now += 10;
                int client = random.nextInt(PROCESSES);
                long invoked = Math.max(free[client] + 1, now - random.nextInt(40));
                now = Math.max(now, invoked);
                long returned = now + 1 + random.nextInt(40);
                free[client] = returned;
                List<Step> steps = steps();
                boolean unknown = unknownOneOf > 0 && random.nextInt(unknownOneOf) == 0;
                List<List<Long>> answer = unknown && random.nextBoolean() ? List.of() : done(steps);
                history.add(
                        unknown
                                ? Operation.open(process++, steps, invoked)
                                : Operation.answered(process++, steps, answer, invoked, returned));
            }
            return this;
        }

        private List<Step> steps() {
            List<Step> steps = new ArrayList<>();
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                String list = "l" + random.nextInt(keys);
                steps.add(random.nextBoolean() ? new Step.Read(list) : new Step.Append(list, ++element));
            }
            return steps;
        }

        private List<List<Long>> done(List<Step> steps) {
            List<List<Long>> answer = new ArrayList<>();
            for (Step step : steps) {
                List<Long> list = lists.computeIfAbsent(step.list(), name -> new ArrayList<>());
                if (step instanceof Step.Append append) {
                    list.add(append.element());
                    answer.add(List.of());
                } else {
                    answer.add(List.copyOf(list));
                }
            }
            return answer;
        }

        /** Spoils one read: it misses the end, or sees nothing. */
        Play spoil() {
            for (int tries = 0; tries < 100; tries++) {
                int which = random.nextInt(history.size());
                Operation<List<Step>, List<List<Long>>> each = history.get(which);
                int step = random.nextInt(each.input().size());
                if (each.output() != null && !each.output().get(step).isEmpty()) {
                    List<List<Long>> answer = new ArrayList<>(each.output());
                    List<Long> seen = answer.get(step);
                    answer.set(step, seen.subList(0, random.nextInt(seen.size())));
                    history.set(
                            which,
                            Operation.answered(
                                    each.process(), each.input(), answer, each.invokedNanos(), each.returnedNanos()));
                    break;
                }
            }
            return this;
        }
    }

    private static List<String> violations(Play play) {
        return AppendTransactions.violations(play.history, List.of());
    }

    @Test
    void findsWhatASearchFindsAndNothingElse() {
        int bad = 0;
        for (int seed = 0; seed < 3_000; seed++) {
            Play play = new Play(new Random(seed), 2).transactions(12, 5);
            if (seed % 2 == 0) {
                play.spoil();
            }
            boolean searched = Linearizability.check(new AppendLists(), play.history) instanceof Verdict.Linearizable;

            assertThat(violations(play).isEmpty())
                    .as("seed " + seed + ": " + violations(play) + play.history)
                    .isEqualTo(searched);
            bad += searched ? 0 : 1;
        }
        assertThat(bad).as("histories that are bad").isGreaterThan(300);
    }

    @Test
    @Timeout(60)
    void judgesAHundredThousandTransactionsAsQuicklyAsItReadsThem() {
        List<Operation<List<Step>, List<List<Long>>>> all = new ArrayList<>();
        Play play = new Play(new Random(1), 1_000).transactions(100_000, 50);
        all.addAll(play.history);

        assertThat(AppendTransactions.violations(all, List.of())).isEmpty();
        assertThat(AppendTransactions.violations(play.spoil().history, List.of()))
                .isNotEmpty();
    }

    @Test
    void rejectsWhatWasRefusedAsNotDone() {
        Operation<List<Step>, List<List<Long>>> read =
                Operation.answered(0, List.<Step>of(new Step.Read("x")), List.of(List.of(1L)), 1, 2);

        assertThat(AppendTransactions.violations(List.of(read), List.of(List.of(new Step.Append("x", 1)))))
                .singleElement()
                .asString()
                .contains("refused as not done");
    }

    @Test
    void rejectsElementsThatNobodyAppended() {
        Operation<List<Step>, List<List<Long>>> read =
                Operation.answered(0, List.<Step>of(new Step.Read("x")), List.of(List.of(1L)), 1, 2);

        assertThat(AppendTransactions.violations(List.of(read), List.of()))
                .singleElement()
                .asString()
                .contains("nobody appended");
    }
}

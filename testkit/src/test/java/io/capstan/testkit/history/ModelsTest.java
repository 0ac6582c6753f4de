package io.capstan.testkit.history;

import static io.capstan.testkit.history.FencedMutex.DONE;
import static io.capstan.testkit.history.FencedMutex.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.capstan.testkit.history.AppendLists.Step;
import io.capstan.testkit.history.FencedMutex.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("The models of histories")
class ModelsTest {
    @Nested
    @DisplayName("A fenced lock")
    class Locks {
        private final List<Operation<Request, Long>> history = new ArrayList<>();

        private Locks saw(long fromMs, long toMs, Request request, long answer) {
            history.add(Operation.answered(0, request, answer, fromMs * 1_000_000, toMs * 1_000_000));
            return this;
        }

        private Locks open(long fromMs, Request request) {
            history.add(Operation.open(0, request, fromMs * 1_000_000));
            return this;
        }

        private Request acquire(String holder) {
            return new Request.Acquire("job", holder);
        }

        private Request release(String holder) {
            return new Request.Release("job", holder);
        }

        private Request renew(String holder) {
            return new Request.Renew(holder);
        }

        private boolean explained() {
            List<Operation<Request, Long>> all = new ArrayList<>(history);
            all.addAll(FencedMutex.expiries(history, Duration.ofMillis(100), Duration.ofMillis(10)));
            return Linearizability.check(new FencedMutex(), all) instanceof Verdict.Linearizable;
        }

        @Test
        void isHeldByOneAtATime() {
            saw(1, 2, acquire("a"), 1).saw(3, 4, release("a"), DONE).saw(5, 6, acquire("b"), 2);
            assertThat(explained()).isTrue();
        }

        /** All sets of forty attempts would be tried before anybody said that no set explains it. */
        @Test
        void isJudgedThoughManyAttemptsHaveAnUnknownOutcome() {
            for (int i = 0; i < 40; i++) {
                open(i, acquire("unknown " + i));
            }
            saw(1_000, 1_001, acquire("a"), 1).saw(1_002, 1_003, acquire("b"), 2);
            List<Operation<Request, Long>> all = new ArrayList<>(history);
            all.addAll(FencedMutex.expiries(history, Duration.ofMillis(100), Duration.ofMillis(10)));
            assertThat(Linearizability.check(new FencedMutex(), all, 100_000)).isInstanceOf(Verdict.Violation.class);
        }

        @Test
        void isNeverHeldByTwo() {
            saw(1, 2, acquire("a"), 1).saw(3, 4, acquire("b"), 2);
            assertThat(explained()).isFalse();
        }

        @Test
        void givesHigherTokensOnly() {
            saw(1, 2, acquire("a"), 2).saw(3, 4, release("a"), DONE).saw(5, 6, acquire("b"), 1);
            assertThat(explained()).isFalse();
        }

        @Test
        void isNotRefusedWhileFree() {
            saw(1, 2, acquire("a"), REFUSED);
            assertThat(explained()).isFalse();
        }

        @Test
        void mayExpireAfterItsTimeToLive() {
            saw(1, 2, acquire("a"), 1).saw(95, 96, acquire("b"), 2);
            assertThat(explained()).isTrue();
        }

        @Test
        void doesNotExpireEarlier() {
            saw(1, 2, acquire("a"), 1).saw(70, 71, acquire("b"), 2);
            assertThat(explained()).isFalse();
        }

        @Test
        void doesNotExpireEarlierThanAfterTheLastAcknowledgedRenewal() {
            saw(1, 2, acquire("a"), 1).saw(50, 51, renew("a"), DONE).saw(110, 111, acquire("b"), 2);
            assertThat(explained()).isFalse();
        }

        @Test
        void mayExpireInSpiteOfARenewalThatNobodyAnswered() {
            saw(1, 2, acquire("a"), 1).open(50, renew("a")).saw(110, 111, acquire("b"), 2);
            assertThat(explained()).isTrue();
        }

        @Test
        void isNotReleasedByWhomItWasTakenFrom() {
            saw(1, 2, acquire("a"), 1).saw(95, 96, acquire("b"), 2).saw(97, 98, release("a"), DONE);
            assertThat(explained()).isFalse();
        }

        @Test
        void mayHaveBeenGivenToWhomNobodyAnswered() {
            open(1, acquire("a")).saw(3, 4, acquire("b"), REFUSED);
            assertThat(explained()).isTrue();
        }
    }

    @Nested
    @DisplayName("Lists under transactions")
    class Lists {
        private final List<Operation<List<Step>, List<List<Long>>>> history = new ArrayList<>();

        private void saw(long from, long to, List<Step> transaction, List<List<Long>> answer) {
            history.add(Operation.answered(0, transaction, answer, from, to));
        }

        private boolean explained() {
            return Linearizability.check(new AppendLists(), history) instanceof Verdict.Linearizable;
        }

        @Test
        void areSeenWithAllOfATransaction() {
            saw(1, 2, List.of(new Step.Append("x", 1), new Step.Append("y", 2)), List.of(List.of(), List.of()));
            saw(3, 4, List.of(new Step.Read("x"), new Step.Read("y")), List.of(List.of(1L), List.of(2L)));
            assertThat(explained()).isTrue();
        }

        @Test
        void areNotSeenWithHalfOfATransaction() {
            saw(1, 9, List.of(new Step.Append("x", 1), new Step.Append("y", 2)), List.of(List.of(), List.of()));
            saw(3, 4, List.of(new Step.Read("x"), new Step.Read("y")), List.of(List.of(1L), List.of()));
            assertThat(explained()).isFalse();
        }

        @Test
        void showATransactionItsOwnSteps() {
            saw(1, 2, List.of(new Step.Append("x", 1), new Step.Read("x")), List.of(List.of(), List.of(1L)));
            assertThat(explained()).isTrue();
        }
    }

    @Nested
    @DisplayName("A history under collection")
    class Collecting {
        private final AtomicLong nanos = new AtomicLong();
        private final History<String, Integer> history = new History<>(nanos::incrementAndGet);

        @Test
        void keepsWhatHappenedAndWhatMayHave() {
            history.invoke(0, "answered").ok(1);
            history.invoke(1, "refused").fail("taken");
            history.invoke(2, "unknown").unknown("no answer");
            history.invoke(3, "under way");
            history.remark("cut a");

            assertThat(history.operations())
                    .extracting(Operation::input)
                    .containsExactly("answered", "unknown", "under way");
            assertThat(history.operations()).extracting(Operation::isOpen).containsExactly(false, true, true);
            assertThat(history.events()).hasSize(8);
        }

        @Test
        void endsAnOperationOnce() {
            History<String, Integer>.Call call = history.invoke(0, "x");
            call.ok(1);
            assertThatIllegalStateException().isThrownBy(() -> call.unknown("late"));
        }
    }
}

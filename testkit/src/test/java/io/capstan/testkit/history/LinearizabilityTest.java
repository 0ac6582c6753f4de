package io.capstan.testkit.history;

import static io.capstan.testkit.history.CasRegister.DONE;
import static io.capstan.testkit.history.CasRegister.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.testkit.history.CasRegister.Request;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The judge of histories")
class LinearizabilityTest {
    private final List<Operation<Request, Object>> history = new ArrayList<>();

    private static final Request READ = new Request.Read("x");

    private static Request write(Object value) {
        return new Request.Write("x", value);
    }

    private static Request cas(Object expected, Object value) {
        return new Request.CompareAndSet("x", expected, value);
    }

    private LinearizabilityTest saw(long from, long to, Request request, Object answer) {
        history.add(Operation.answered(history.size(), request, answer, from, to));
        return this;
    }

    private LinearizabilityTest open(long from, Request request) {
        history.add(Operation.open(history.size(), request, from));
        return this;
    }

    private Verdict<Request, Object> verdict() {
        return Linearizability.check(new CasRegister(), history);
    }

    private void isExplained() {
        assertThat(verdict()).isInstanceOf(Verdict.Linearizable.class);
    }

    private void isViolation() {
        assertThat(verdict()).isInstanceOf(Verdict.Violation.class);
    }

    @Test
    void acceptsAnEmptyHistory() {
        isExplained();
    }

    @Test
    void acceptsOneThingAfterTheOther() {
        saw(1, 2, write(1), DONE).saw(3, 4, READ, 1).isExplained();
    }

    @Test
    void rejectsAStaleRead() {
        saw(1, 2, write(1), DONE).saw(3, 4, write(2), DONE).saw(5, 6, READ, 1).isViolation();
    }

    @Test
    void letsAReadBesideAWriteSeeEither() {
        saw(1, 9, write(1), DONE)
                .saw(2, 3, READ, CasRegister.ABSENT)
                .saw(4, 5, READ, 1)
                .isExplained();
    }

    @Test
    void rejectsReadsThatGoBackBesideAWrite() {
        saw(1, 9, write(1), DONE)
                .saw(2, 3, READ, 1)
                .saw(4, 5, READ, CasRegister.ABSENT)
                .isViolation();
    }

    @Test
    void takesOperationsThatTouchAsConcurrent() {
        saw(1, 5, write(1), DONE).saw(5, 6, READ, CasRegister.ABSENT).isExplained();
    }

    @Test
    void rejectsAValueThatNobodyWrote() {
        saw(1, 2, write(1), DONE).saw(3, 4, READ, 7).isViolation();
    }

    @Test
    void acceptsThatAnOpenWriteHappensLate() {
        open(1, write(1)).saw(2, 3, READ, CasRegister.ABSENT).saw(8, 9, READ, 1).isExplained();
    }

    @Test
    void acceptsThatAnOpenWriteNeverHappens() {
        open(1, write(1)).saw(2, 3, READ, CasRegister.ABSENT).isExplained();
    }

    @Test
    void rejectsAnOpenWriteThatHappenedBeforeItWasAsked() {
        saw(1, 2, READ, 1).open(3, write(1)).isViolation();
    }

    @Test
    void rejectsAnOpenWriteThatHappensTwice() {
        open(1, write(1))
                .saw(2, 3, READ, 1)
                .saw(4, 5, write(2), DONE)
                .saw(6, 7, READ, 1)
                .isViolation();
    }

    @Test
    void rejectsTwoThatWonTheSameCompareAndSet() {
        saw(1, 2, write(0), DONE)
                .saw(3, 8, cas(0, 1), DONE)
                .saw(4, 9, cas(0, 2), DONE)
                .isViolation();
    }

    @Test
    void rejectsARefusalOfWhatHadToTakePlace() {
        saw(1, 2, write(0), DONE).saw(3, 4, cas(0, 1), REFUSED).isViolation();
    }

    @Test
    void judgesEveryKeyApart() {
        saw(1, 2, new Request.Write("x", 1), DONE)
                .saw(1, 2, new Request.Write("y", 2), DONE)
                .saw(3, 4, new Request.Read("x"), 1)
                .saw(3, 4, new Request.Read("y"), 2)
                .isExplained();
    }

    @Test
    void saysWhatItCouldExplainAndWhatNot() {
        saw(1, 2, write(1), DONE).saw(3, 4, READ, 1).saw(5, 6, READ, 7);
        assertThat(verdict())
                .isInstanceOf(Verdict.Violation.class)
                .extracting(Object::toString)
                .asString()
                .matches("(?s).*after.*output=1.*nothing explains.*output=7.*");
    }

    @Test
    void saysSoWhenItGivesUp() {
        for (int i = 0; i < 30; i++) {
            saw(1, 100, write(i), DONE);
        }
        saw(101, 102, READ, -1);
        assertThat(Linearizability.check(new CasRegister(), history, 1_000)).isInstanceOf(Verdict.Undecided.class);
    }

    /** Histories of one real register under a random schedule, and the same with one answer changed. */
    @Test
    void agreesWithTrialOfEveryOrderOnSmallHistories() {
        int violations = 0;
        for (int seed = 1; seed <= 4_000; seed++) {
            history.clear();
            Random random = new Random(seed);
            for (int i = 0; i < 6; i++) {
                long from = random.nextInt(12);
                long to = from + 1 + random.nextInt(6);
                Request request = randomRequest(random);
                if (random.nextInt(5) == 0) {
                    open(from, request);
                } else {
                    saw(from, to, request, randomAnswer(random, request));
                }
            }
            boolean explained = someOrderExplains(CasRegister.ABSENT, new ArrayList<>(history));
            assertThat(verdict())
                    .as("seed %d: %s", seed, history)
                    .isInstanceOf(explained ? Verdict.Linearizable.class : Verdict.Violation.class);
            violations += explained ? 0 : 1;
        }
        assertThat(violations).isBetween(500, 3_500);
    }

    private static Request randomRequest(Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> READ;
            case 1 -> write(random.nextInt(2));
            default -> cas(random.nextInt(2), random.nextInt(2));
        };
    }

    private static Object randomAnswer(Random random, Request request) {
        return request instanceof Request.Read
                ? random.nextInt(2)
                : request instanceof Request.Write || random.nextBoolean();
    }

    private static boolean someOrderExplains(Object state, List<Operation<Request, Object>> rest) {
        if (rest.stream().allMatch(Operation::isOpen)) {
            return true;
        }
        long firstReturn =
                rest.stream().mapToLong(Operation::returnedNanos).min().orElseThrow();
        for (Operation<Request, Object> next : List.copyOf(rest)) {
            if (next.invokedNanos() <= firstReturn) {
                for (Object after : new CasRegister().step(state, next.input(), next.output())) {
                    List<Operation<Request, Object>> others = new ArrayList<>(rest);
                    others.remove(next);
                    if (someOrderExplains(after, others)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Every value once, as a test should write them, and few outcomes unknown: with hundreds the judge may give up. */
    @Test
    void judgesTenThousandOperationsOfTenClientsAtOnce() {
        Random random = new Random(1);
        long[] freeAt = new long[10];
        Object value = CasRegister.ABSENT;
        for (long now = 1; history.size() < 10_000; now += 1 + random.nextInt(3)) {
            int client = random.nextInt(freeAt.length);
            if (freeAt[client] < now) {
                // It takes place now; it was asked a little earlier and is answered a little later.
                Request request = switch (random.nextInt(4)) {
                    case 0 -> write(now);
                    case 1 -> cas(random.nextBoolean() ? value : -now, now);
                    default -> READ;
                };
                boolean takesPlace = request instanceof Request.CompareAndSet cas
                        && cas.expected().equals(value);
                Object answer =
                        request instanceof Request.Read ? value : request instanceof Request.Write || takesPlace;
                value = new CasRegister().step(value, request, answer).get(0);
                freeAt[client] = now + 1 + random.nextInt(20);
                if (random.nextInt(2_000) == 0) {
                    open(now, request);
                } else {
                    saw(Math.max(1, now - random.nextInt(3)), freeAt[client], request, answer);
                }
            }
        }
        isExplained();
        assertThat(verdict().steps()).isLessThan(5_000_000);

        Collections.reverse(history);
        saw(Long.MAX_VALUE - 9, Long.MAX_VALUE - 8, READ, "never written").isViolation();
    }
}

package io.capstan.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.testkit.history.Permits.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("The models of semaphores, guarded resources and long histories of registers")
class PermitsTest {
    private final List<Operation<Request, Long>> history = new ArrayList<>();

    private PermitsTest acquires(String holder, int units, long token, long from, long to) {
        history.add(Operation.answered(0, new Request.Acquire("s", holder, units), token, from, to));
        return this;
    }

    private PermitsTest releases(String holder, long from, long to) {
        history.add(Operation.answered(0, new Request.Release("s", holder), Permits.DONE, from, to));
        return this;
    }

    private boolean isExplained() {
        return Linearizability.check(new Permits(3), history) instanceof Verdict.Linearizable;
    }

    @Test
    void manyMayHoldPermitsAsLongAsThereAreSome() {
        assertThat(acquires("a", 1, 5, 1, 2).acquires("b", 2, 6, 1, 2).isExplained())
                .isTrue();
        assertThat(acquires("c", 1, 7, 3, 4).isExplained()).isFalse();
        assertThat(releases("b", 2, 5).isExplained()).isTrue();
    }

    @Test
    void tokensRiseAlsoBetweenThoseWhoHoldTogether() {
        assertThat(acquires("a", 1, 6, 1, 2).acquires("b", 1, 5, 3, 4).isExplained())
                .isFalse();
    }

    @Test
    void permitsExpireNotBeforeTheyMay() {
        acquires("a", 3, 5, 1, 2).acquires("b", 1, 6, 3, 9);
        history.add(Operation.open(-1, new Request.Expire("s", "a"), 10));
        assertThat(isExplained()).isFalse();
        history.add(Operation.open(-1, new Request.Expire("s", "a"), 8));
        assertThat(isExplained()).isTrue();
    }

    @Test
    void aGuardedResourceAdmitsNobodyBelowTheHighest() {
        var first = Operation.answered(0, new GuardedResource.Write("f", 5), true, 1, 2);
        var late = Operation.answered(0, new GuardedResource.Write("f", 4), true, 3, 4);
        var refused = Operation.answered(0, new GuardedResource.Write("f", 4), false, 3, 4);

        assertThat(Linearizability.check(new GuardedResource(), List.of(first, late)))
                .isInstanceOf(Verdict.Violation.class);
        assertThat(Linearizability.check(new GuardedResource(), List.of(first, refused)))
                .isInstanceOf(Verdict.Linearizable.class);
    }

    @Test
    @Timeout(60)
    void aHundredThousandOperationsOnRegistersWithUnknownOutcomesAreDecided() {
        Random random = new Random(1);
        List<Operation<CasRegister.Request, Object>> all = new ArrayList<>();
        long[] values = new long[200];
        for (int i = 0; i < 100_000; i++) {
            int key = random.nextInt(values.length);
            long at = i * 10L;
            if (random.nextInt(3) == 0) {
                Object seen = values[key] == 0 ? CasRegister.ABSENT : values[key];
                all.add(Operation.answered(i, new CasRegister.Request.Read("r" + key), seen, at - 30, at + 30));
                continue;
            }
            long value = 1L + random.nextInt(5);
            CasRegister.Request write = new CasRegister.Request.Write("r" + key, value);
            boolean unknown = random.nextInt(100) == 0;
            if (!unknown || random.nextBoolean()) {
                values[key] = value;
            }
            all.add(
                    unknown
                            ? Operation.open(i, write, at - 30)
                            : Operation.answered(i, write, CasRegister.DONE, at - 30, at + 30));
        }

        assertThat(Linearizability.check(new CasRegister(), all)).isInstanceOf(Verdict.Linearizable.class);
    }
}

package io.capstan.registry.core.owner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final int EVERY = 250;

    @Test
    void whatChangedIsAskedForAgainAtOnce() {
        Pace pace = new Pace(EVERY);
        for (int now = 0; now < 1_000; now++) {
            assertThat(pace.answered(true, now)).isZero();
        }
    }

    @Test
    void fewRenewalsDelayNothing() {
        Pace pace = new Pace(EVERY);
        for (int now = 0; now < 10_000; now += EVERY) {
            assertThat(pace.answered(false, now)).isZero();
        }
    }

    @Test
    void howeverManyRenewalsThereAreACopyIsWokenAFewTimesASecond() {
        SplittableRandom random = new SplittableRandom(7);
        Pace pace = new Pace(EVERY);
        long now = 0;
        int asked = 0;
        while (now < 60_000) {
            long wait = pace.answered(false, now);
            assertThat(wait).isBetween(0L, (long) EVERY);
            now += wait + random.nextInt(5); // The next renewal is never far.
            asked++;
        }
        assertThat(asked).isLessThanOrEqualTo(60_000 / EVERY + 1);
    }
}

package io.capstan.crdt.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.Baseline.Seen;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What resets have seen, and what is left beyond it. */
class BaselineTest {
    private static final Slot SLOT = slot(1);

    @Test
    void onlyWhatIsBeyondIsLeft() {
        Seen seen = new Seen(SLOT, 0, 5, 2, 0);

        assertThat(Baseline.left(Sums.of(8, 3), seen)).isEqualTo(2);
        assertThat(Baseline.left(Sums.of(8, 3), null)).isEqualTo(5);
        assertThat(Baseline.left(null, seen)).isZero();
    }

    @Test
    void aRowBehindWhatWasSeenNeverCountsBelowNothing() {
        // The reset came before the rows that it has seen: what it saw was once added, and is taken out as a whole.
        Seen seen = new Seen(SLOT, 0, 9, 7, 0);

        assertThat(Baseline.left(Sums.of(5, 0), seen)).isZero();
        assertThat(Baseline.left(Sums.of(9, 3), seen)).isZero();
        assertThat(Baseline.left(Sums.of(10, 3), seen)).isEqualTo(1);
    }

    @Test
    void aCountThatBeganLaterWasNotSeenAndAnEarlierOneWas() {
        Seen seen = new Seen(SLOT, 20, 9, 0, 0);

        assertThat(Baseline.left(new Since(30, Sums.of(4, 0)), seen)).isEqualTo(4);
        assertThat(Baseline.left(new Since(20, Sums.of(11, 0)), seen)).isEqualTo(2);
        assertThat(Baseline.left(Sums.of(100, 0), seen)).isZero();
    }

    @Test
    void joiningIsCommutativeAssociativeAndIdempotent() {
        for (long seed = 1; seed <= 500; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Baseline a = some(random);
            Baseline b = some(random);
            Baseline c = some(random);
            assertThat(a.join(b)).as("seed %d", seed).isEqualTo(b.join(a));
            assertThat(a.join(b).join(c)).as("seed %d", seed).isEqualTo(a.join(b.join(c)));
            assertThat(a.join(a)).as("seed %d", seed).isEqualTo(a);
            assertThat(a.join(b).join(b)).as("seed %d", seed).isEqualTo(a.join(b));
        }
    }

    private static Baseline some(SplittableRandom random) {
        Map<Slot, Seen> seen = new HashMap<>();
        for (int i = 1; i <= 3; i++) {
            if (random.nextBoolean()) {
                seen.put(
                        slot(i),
                        new Seen(slot(i), random.nextInt(3), random.nextInt(9), random.nextInt(9), random.nextInt(9)));
            }
        }
        return Baseline.of(random.nextBoolean(), seen);
    }

    private static Slot slot(int number) {
        return new Slot(number, 0, new NodeId("n" + number, 1));
    }
}

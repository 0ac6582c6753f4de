package io.capstan.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class QuorumTest {
    @Test
    void twoMajoritiesAlwaysMeetAndOneFewerWouldNot() {
        for (int voters = 1; voters <= 9; voters++) {
            assertThat(2 * Quorum.size(voters)).isGreaterThan(voters);
            assertThat(2 * (Quorum.size(voters) - 1)).isLessThanOrEqualTo(voters);
        }
    }

    @Test
    void whatAMajorityReachedIsTheHighestThatSoManyReached() {
        for (long seed = 1; seed <= 2_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            long[] reached = random.longs(1 + random.nextInt(7), 0, 5).toArray();
            long best = -1;
            for (long candidate = 0; candidate < 5; candidate++) {
                long mark = candidate;
                if (Arrays.stream(reached).filter(value -> value >= mark).count() >= Quorum.size(reached.length)) {
                    best = candidate;
                }
            }
            assertThat(Quorum.reached(reached.clone())).as("seed %d", seed).isEqualTo(best);
        }
    }

    @Test
    void nobodyDecidesNothing() {
        assertThat(Quorum.reached(new long[0])).isZero();
        assertThat(Configuration.BLANK.quorum()).isEqualTo(1);
    }
}

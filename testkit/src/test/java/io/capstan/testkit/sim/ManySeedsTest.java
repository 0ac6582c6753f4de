package io.capstan.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ManySeedsTest {
    private final List<Long> ones = new ArrayList<>();
    private final List<Long> twos = new ArrayList<>();

    @AfterEach
    void forgetTheProperties() {
        System.clearProperty(Seeds.SEEDS);
        System.clearProperty(Seeds.FROM);
    }

    private ManySeeds seeds(long... failing) {
        return new ManySeeds(
                new ManySeeds.Share("one", 3, trial -> ran(trial, ones)), new ManySeeds.Share("two", 2, trial -> {
                    ran(trial, twos);
                    for (long seed : failing) {
                        if (trial.seed() == seed) {
                            throw new IllegalStateException("on purpose");
                        }
                    }
                }));
    }

    private static void ran(Trial trial, List<Long> seeds) {
        trial.simulation(SimSettings.datagrams());
        if (!seeds.contains(trial.seed())) {
            seeds.add(trial.seed());
        }
    }

    @Test
    void eachChunkHasItsOwnSeedsOfEveryScenario() {
        assertThat(seeds().run("2")).isZero();
        assertThat(ones).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(twos).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void aRunGoesOnWhereAnotherStopped() {
        assertThat(seeds().run("1", "5")).isZero();
        assertThat(ones).containsExactly(13L, 14L, 15L);
        assertThat(twos).containsExactly(9L, 10L);
    }

    @Test
    void afterAFailureItGoesOnWithTheNextSeedAndCountsEachFailure() {
        assertThat(seeds(1, 3, 4).run("3")).isEqualTo(3);
        assertThat(ones).hasSize(9);
        assertThat(twos).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    }
}

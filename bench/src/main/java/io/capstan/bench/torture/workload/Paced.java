package io.capstan.bench.torture.workload;

import java.time.Duration;
import java.util.Random;

/** What most clients are: they think for a while that chance decides, one to three times as long as they have to. */
abstract class Paced implements Script {
    final Random random;
    private final int leastMillis;

    Paced(Random random, int leastMillis) {
        this.random = random;
        this.leastMillis = leastMillis;
    }

    @Override
    public Duration pause() {
        return Duration.ofMillis(leastMillis + random.nextInt(2 * leastMillis + 1));
    }
}

package io.capstan.bench.seat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 8})
    void everyClientAsksOnceHoweverLateItComes(int inFlight) throws Exception {
        String[] found = Load.run(3, inFlight, -1, client -> () -> CompletableFuture.completedStage(null))
                .split(" ", -1);
        assertThat(Integer.parseInt(found[0])).as("done").isEqualTo(3);
        assertThat(Integer.parseInt(found[1])).as("failed").isZero();
    }
}

package io.capstan.bench.counters;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is compared does the same work. */
class IncrementBenchmarkTest {
    private final IncrementBenchmark benchmark = new IncrementBenchmark();

    @BeforeEach
    void start() {
        benchmark.start();
    }

    @AfterEach
    void stop() {
        benchmark.stop();
    }

    @Test
    void everyIncrementCountsOnce() {
        for (int i = 0; i < 1_000; i++) {
            benchmark.counterIncrement();
            benchmark.longAdderIncrement();
            benchmark.windowedIncrement();
        }
        assertThat(benchmark.counterValue()).isEqualTo(1_000);
        assertThat(benchmark.longAdderSum()).isEqualTo(1_000);
        assertThat(benchmark.atomicIncrement()).isEqualTo(1);
    }

    @Test
    void thereAreRightsForEveryTake() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(benchmark.boundedTake()).isTrue();
        }
    }
}

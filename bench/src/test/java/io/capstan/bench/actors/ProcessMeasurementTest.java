package io.capstan.bench.actors;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The measurements run to their end, in small. */
class ProcessMeasurementTest {
    @Test
    void everyFigureIsTold() throws InterruptedException {
        assertThat(ProcessMeasurement.measure(10_000, 100)).hasSize(8);
    }

    @Test
    void whatIsComparedDoesTheSame() {
        CallBenchmark benchmark = new CallBenchmark();
        benchmark.start();
        try {
            assertThat(benchmark.ask()).isEqualTo(1);
            assertThat(benchmark.callOfAnActor()).isEqualTo(1);
            assertThat(benchmark.callOfAProcess()).isEqualTo(1);
        } finally {
            benchmark.stop();
        }
    }
}

package io.capstan.bench.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What is measured happens, however long it takes. */
class RegistryMeasurementTest {
    @Test
    void everyFigureIsMeasuredToItsEnd() {
        List<String> told = RegistryMeasurement.measure(50);

        assertThat(told).hasSize(18).noneMatch(line -> line.contains("NaN"));
        assertThat(told).filteredOn(line -> line.startsWith("whereis")).hasSize(5);
        assertThat(told.get(16)).startsWith("50 names a side, 5 in conflict");
    }
}

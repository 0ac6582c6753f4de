package io.capstan.bench.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.bench.QuickChildren;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is measured happens, however long it takes. */
@ExtendWith(QuickChildren.class)
class RegistryMeasurementTest {
    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void everyFigureIsMeasuredToItsEnd() throws Exception {
        List<String> asKnown = new ArrayList<>();
        List<String> told = RegistryMeasurement.tried(50, 1, EnumSet.of(Contender.CAPSTAN), asKnown::add);

        assertThat(told)
                .hasSize(12)
                .element(8)
                .asString()
                .startsWith("| 50 names a side, 5 in conflict: one owner each and losers told");
        assertThat(asKnown).hasSize(11).element(1).asString().startsWith("Capstan: register, back to back, p50, µs: ");
        assertThat(told).noneMatch(line -> line.contains("NaN"));
    }
}

package io.capstan.bench.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.bench.QuickChildren;
import io.capstan.bench.registry.RegistryMeasurement.Part;
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
        List<String> told = new ArrayList<>();
        RegistryMeasurement.measure(
                50,
                1,
                1,
                EnumSet.of(Contender.CAPSTAN),
                EnumSet.allOf(Part.class),
                (part, contender, metric, value, unit) -> {
                    assertThat(value).as(metric).isFinite().isNotNegative();
                    told.add(part + " " + metric);
                });

        assertThat(told)
                .hasSize(10)
                .contains(
                        "REGISTERS registers_per_s_16_clients",
                        "JOINS 50_joins_until_all_show_them",
                        "HEAL 50_names_a_side_5_in_conflict_settled_after_the_heal",
                        "PURGE 50_names_of_a_killed_node_gone_after_the_kill");
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whoHasNoNamesPlaysGroupsAloneAndLeavesNothingOfThemToTheNext() throws Exception {
        List<String> told = new ArrayList<>();
        RegistryMeasurement.measure(
                50,
                0,
                2,
                EnumSet.of(Contender.RECEPTIONIST),
                EnumSet.of(Part.REGISTERS, Part.JOINS),
                (part, contender, metric, value, unit) -> told.add(metric));

        assertThat(told).containsExactly("50_joins_until_all_show_them", "50_joins_until_all_show_them");
    }
}

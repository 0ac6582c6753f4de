package io.capstan.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.bench.QuickChildren;
import io.capstan.bench.compare.Contestant.Ability;
import io.capstan.bench.compare.report.Figure;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Idle nodes")
@EnabledOnOs(OS.LINUX)
@ExtendWith(QuickChildren.class)
class IdleBenchTest {
    @TempDir
    Path directory;

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void areCountedByWhatTheySayAndWhatTheyTake() throws Exception {
        Occasion occasion = new Occasion(Set.of(Contestants.OURS), 1, 1.5, 0, 50, List.of(), directory, progress -> {});

        IdleBench.measure(occasion, Contestants.ours(Ability.ASKS), 2);

        assertThat(occasion.figures().all())
                .extracting(Figure::metric)
                .containsExactlyInAnyOrder(
                        "bytes_in_a_second_of_each_of_2_nodes",
                        "packets_in_a_second_of_each_of_2_nodes",
                        "cpu_in_a_second_of_each_of_2_nodes");
        assertThat(occasion.figures().all()).extracting(Figure::value).allMatch(value -> value > 0);
    }
}

package io.capstan.demo.crunch;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.crdt.Counters;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TallyTest {
    private static final Job JOB = new Job("7", List.of(), 1, 3, "result");

    @Test
    void aSmallChunkIsOneOperationUnderItsOwnId() {
        List<Tally> tallies = Tally.of(JOB, 12, Map.of(value("x"), 3L));

        assertThat(tallies)
                .containsExactly(
                        new Tally("crunch/7/12", Map.of("crunch/7/" + value("x").key(), 3L)));
    }

    @Test
    void aLargeChunkIsSeveralAndTheSameOnEveryNode() {
        Map<Value, Long> times = new HashMap<>();
        for (int i = 0; i < 5_000; i++) {
            times.put(value("value-" + i), (long) i);
        }
        List<Tally> tallies = Tally.of(JOB, 3, times);

        assertThat(tallies).hasSizeGreaterThan(1).isEqualTo(Tally.of(JOB, 3, new HashMap<>(times)));
        assertThat(tallies.stream().map(Tally::operation))
                .startsWith("crunch/7/3", "crunch/7/3.1")
                .doesNotHaveDuplicates();
        assertThat(tallies.stream()
                        .flatMap(tally -> tally.deltas().keySet().stream())
                        .collect(Collectors.toSet()))
                .hasSize(5_000);
        tallies.forEach(tally -> assertThat(tally.deltas().keySet().stream()
                        .mapToInt(name -> name.length() + 9)
                        .sum())
                .isLessThan(Counters.OPERATION_BYTES_MAX));
    }

    private static Value value(String text) {
        return new Value(text.getBytes(StandardCharsets.UTF_8));
    }
}

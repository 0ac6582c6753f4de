package io.capstan.crdt.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.NodeId;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each id counts once, and the same everywhere. */
class OperationsTest {
    private static final Deltas ONE = Deltas.of(Map.of("k", 1L));
    private static final Deltas FIVE = Deltas.of(Map.of("k", 5L));

    private final Operations operations = new Operations();
    private final Map<String, Long> values = new HashMap<>();
    private int slots;

    @Test
    void anIdThatSeveralSlotsHoldCountsOnce() {
        assertThat(held(ONE)).isFalse();
        assertThat(held(ONE)).isFalse();

        assertThat(values).containsExactly(Map.entry("k", 1L));
    }

    @Test
    void ofTwoMeaningsTheSameCountsWhicheverIsHeardFirst() {
        held(FIVE);
        assertThat(held(ONE)).as("a conflict").isTrue();
        assertThat(values).containsExactly(Map.entry("k", 1L));

        OperationsTest other = new OperationsTest();
        other.held(ONE);
        assertThat(other.held(FIVE)).as("a conflict").isTrue();
        assertThat(other.values).isEqualTo(values);
    }

    private boolean held(Deltas deltas) {
        Slot slot = new Slot(1, ++slots, new NodeId("a", 1));
        return operations.changed("id", slot, deltas, (counter, amount) -> values.merge(counter, amount, Long::sum));
    }
}

package io.capstan.bench.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DrawTest {
    private static final List<String> NODES = List.of("a", "b", "c", "d", "e");
    private static final Set<String> ALL =
            Set.of("NAMESPACES", "RELAYS", "CLOCKS", "DISK_SHIM", "SMALL_DISKS", "POWER");

    private static List<Draw.Drawn> drawn(Draw draw, int count) {
        List<Draw.Drawn> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(draw.next());
        }
        return all;
    }

    @Test
    void theSameSeedDrawsTheSameFaults() {
        assertThat(drawn(new Draw(NODES, true, true, ALL, 7), 100))
                .isEqualTo(drawn(new Draw(NODES, true, true, ALL, 7), 100));
    }

    @Test
    void eachFaultComesAloneBeforeAnyTwoComeTogether() {
        Draw draw = new Draw(NODES, true, true, ALL, 3);
        List<String> kinds = draw.names();

        List<Draw.Drawn> all = drawn(draw, kinds.size() + 1);

        assertThat(all.subList(0, kinds.size()))
                .extracting(Draw.Drawn::name)
                .containsExactlyInAnyOrderElementsOf(kinds);
        assertThat(all.get(kinds.size()).name()).contains("+");
    }

    @Test
    void filesAreDamagedOnlyWhenNothingElseIsWrong() {
        Draw draw = new Draw(NODES, true, true, ALL, 3);

        assertThat(drawn(draw, 300))
                .filteredOn(each -> each.name().contains("+"))
                .extracting(each -> each.faults().toString())
                .noneMatch(text -> text.contains("wipe")
                        || text.contains("flip")
                        || text.contains("truncate")
                        || text.contains("stale"));
    }

    @Test
    void whatTheMachineHasNotIsNotDrawn() {
        assertThat(new Draw(NODES, false, false, Set.of(), 1).names())
                .containsExactlyInAnyOrder("kill", "kill-all", "storm", "rolling", "pause", "pause-most");
    }
}

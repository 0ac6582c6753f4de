package io.capstan.bench.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.capstan.testkit.Faults;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DrawTest {
    private static final List<String> NODES = List.of("a", "b", "c", "d", "e");
    private static final Set<String> ALL =
            Set.of("NAMESPACES", "RELAYS", "CLOCKS", "DISK_SHIM", "SMALL_DISKS", "POWER");
    private static final Draw.Scope EVERYTHING = new Draw.Scope(NODES, true, true, true, ALL, Set.of());

    private static List<Draw.Drawn> drawn(Draw draw, int count) {
        List<Draw.Drawn> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(draw.next());
        }
        return all;
    }

    @Test
    void theSameSeedDrawsTheSameFaults() {
        assertThat(drawn(new Draw(EVERYTHING, 7), 100)).isEqualTo(drawn(new Draw(EVERYTHING, 7), 100));
    }

    @Test
    void eachFaultComesAloneBeforeAnyTwoComeTogether() {
        Draw draw = new Draw(EVERYTHING, 3);
        List<String> kinds = draw.names();

        List<Draw.Drawn> all = drawn(draw, kinds.size() + 1);

        assertThat(all.subList(0, kinds.size()))
                .extracting(Draw.Drawn::name)
                .containsExactlyInAnyOrderElementsOf(kinds);
        assertThat(all.get(kinds.size()).name()).contains("+");
    }

    @Test
    void filesAreDamagedOnlyWhenNothingElseIsWrong() {
        Draw draw = new Draw(EVERYTHING, 3);

        assertThat(drawn(draw, 300))
                .filteredOn(each -> each.name().contains("+"))
                .extracting(each -> each.faults().toString())
                .noneMatch(text -> text.contains("wipe")
                        || text.contains("flip")
                        || text.contains("truncate")
                        || text.contains("stale"));
    }

    @Test
    void twoThatComeTogetherAreTwoThatCameAlone() {
        Draw draw = new Draw(EVERYTHING, 5);
        List<String> kinds = draw.names();

        assertThat(drawn(draw, kinds.size() + 200).subList(kinds.size(), kinds.size() + 200))
                .allSatisfy(each ->
                        assertThat(kinds).containsAll(List.of(each.name().split("\\+", -1))))
                .extracting(Draw.Drawn::name)
                .anyMatch(name -> !name.split("\\+", -1)[0].equals(name.split("\\+", -1)[1]));
    }

    @Test
    void whateverIsDrawnIsWrittenAndReadBack() {
        assertThat(drawn(new Draw(EVERYTHING, 11), 300))
                .allSatisfy(each ->
                        assertThat(Faults.parse(each.faults().toString())).isEqualTo(each.faults()));
    }

    @Test
    void onlyWhatIsWantedIsDrawn() {
        Draw.Scope two = new Draw.Scope(NODES, true, true, true, ALL, Set.of("kill", "churn"));

        assertThat(drawn(new Draw(two, 1), 50))
                .flatExtracting(each -> List.of(each.name().split("\\+", -1)))
                .containsOnly("kill", "churn");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Draw(new Draw.Scope(NODES, false, true, true, ALL, Set.of("churn")), 1))
                .withMessageContaining("of churn nothing can be drawn here. There are: kill,");
    }

    @Test
    void ofFiveTwoAreCutOffOrTakenOutAndNeverThree() {
        Draw draw = new Draw(new Draw.Scope(NODES, true, true, true, ALL, Set.of("downing", "churn")), 1);

        assertThat(drawn(draw, 2))
                .extracting(each -> each.faults().toString())
                .allSatisfy(text -> assertThat(text)
                        .containsPattern("cut [a-e],[a-e]\\|others|remove [a-e];.*remove [a-e];")
                        .doesNotContainPattern("cut [a-e],[a-e],|remove.*remove.*remove"));
    }

    @Test
    void whatTheMachineHasNotIsNotDrawn() {
        assertThat(new Draw(new Draw.Scope(NODES, false, false, false, Set.of(), Set.of()), 1).names())
                .containsExactlyInAnyOrder("kill", "kill-all", "storm", "rolling", "pause", "pause-most");
    }
}

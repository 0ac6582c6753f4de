package io.capstan.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CutsTest {
    private static final List<String> FIVE = List.of("a", "b", "c", "d", "e");

    /** Whom each hears, itself included. */
    private static List<Set<String>> heard(List<String> names, List<Fault> cuts) {
        Hearing hearing = new Hearing(names);
        new Faults(cuts).applyTo(hearing);
        return names.stream()
                .<Set<String>>map(name -> {
                    Set<String> heard = new TreeSet<>(names);
                    heard.removeIf(other -> hearing.cut.contains(other + ">" + name));
                    return heard;
                })
                .toList();
    }

    private static List<Integer> heardByEach(BiFunction<List<String>, Random, List<Fault>> shape, long seed) {
        return heard(FIVE, shape.apply(FIVE, new Random(seed))).stream()
                .map(Set::size)
                .sorted()
                .toList();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyShapeLeavesEachWhatItSays(long seed) {
        assertThat(heardByEach(Cuts::isolate, seed)).containsExactly(1, 4, 4, 4, 4);
        assertThat(heardByEach(Cuts::halves, seed)).containsExactly(2, 2, 3, 3, 3);
        assertThat(heardByEach(Cuts::bridge, seed)).containsExactly(3, 3, 3, 3, 5);
        assertThat(heardByEach(Cuts::mute, seed)).containsExactly(4, 4, 4, 4, 5);
        assertThat(heardByEach(Cuts::deaf, seed)).containsExactly(1, 5, 5, 5, 5);
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 6, 7, 9})
    void inARingOfMajoritiesEachHearsAMajorityAndNoTwoTheSame(int size) {
        List<String> names =
                List.of("a", "b", "c", "d", "e", "f", "g", "h", "i").subList(0, size);
        List<Set<String>> heard = heard(names, Cuts.majoritiesRing(names, new Random(size)));

        assertThat(heard).allMatch(each -> each.size() > size / 2 && each.size() < size);
        assertThat(new HashSet<>(heard)).hasSize(size);
    }

    @Test
    void theSameChanceDrawsTheSame() {
        assertThat(Cuts.isolate(FIVE, new Random(5))).isEqualTo(Cuts.isolate(FIVE, new Random(5)));
        assertThat(new Faults(Cuts.majoritiesRing(FIVE, new Random(5))))
                .isEqualTo(Faults.parse(new Faults(Cuts.majoritiesRing(FIVE, new Random(5))).toString()));
    }

    @Test
    void aShapeThatNeedsMoreMembersSaysSo() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cuts.majoritiesRing(List.of("a", "b", "c"), new Random(1)))
                .withMessage("this cut needs 5 members or more, got [a, b, c]");
    }

    private static final class Hearing implements FaultTarget {
        private final List<String> names;
        private final Set<String> cut = new HashSet<>();

        Hearing(List<String> names) {
            this.names = names;
        }

        @Override
        public List<String> names() {
            return names;
        }

        @Override
        public void pass(Duration time) {}

        @Override
        public void cutOneWay(String from, String to) {
            cut.add(from + ">" + to);
        }

        @Override
        public void healOneWay(String from, String to) {
            cut.remove(from + ">" + to);
        }

        @Override
        public void healAll() {
            cut.clear();
        }

        @Override
        public void kill(String name) {}

        @Override
        public void restart(String name) {}

        @Override
        public void pause(String name, Duration time) {}
    }
}

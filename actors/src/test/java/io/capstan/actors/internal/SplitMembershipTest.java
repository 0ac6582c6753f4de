package io.capstan.actors.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.Home.Neighbour;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Torture's: both sides of a cut had declared the other down, and went on for ever beside each other. */
@DisplayName("Of a membership that has come apart")
class SplitMembershipTest {
    private static final long LATER = Duration.ofSeconds(20).toNanos();

    @Test
    void theSideWithFewerNodesGivesUp() {
        assertThat(after("a", List.of("b", "c"), of("a"), member("b"), member("c")))
                .contains(artery("b"));
        assertThat(after("b", List.of("a", "c"), of("b", "c"), member("a"), member("c")))
                .isEmpty();
    }

    @Test
    void theOneWithoutTheLowestNameGivesUpWhenBothAreAlike() {
        assertThat(after("b", List.of("a"), of("b"), member("a"))).isPresent();
        assertThat(after("a", List.of("b"), of("a"), member("b"))).isEmpty();
        assertThat(after("c", List.of("a", "b", "d"), of("c", "b"), member("a"), member("b"), member("d")))
                .isPresent();
        assertThat(after("a", List.of("b", "c", "d"), of("a", "d"), member("b"), member("c"), member("d")))
                .isEmpty();
    }

    @Test
    void nobodyGivesUpWhileOneThatHeKnowsIsNotLinked() {
        assertThat(after("b", List.of("a", "c"), of("b"), member("a"))).isEmpty();
    }

    @Test
    void whoeverIsNoMemberYetIsOnNoSide() {
        assertThat(after("b", List.of("a"), of("b"), new Neighbour(new NodeId("a", 1), artery("a"), false)))
                .isEmpty();
    }

    @Test
    void nobodyGivesUpBeforeItHasBeenSoForLong() {
        SplitMembership split = new SplitMembership("b", Duration.ofSeconds(20));
        List<Neighbour> linked = List.of(member("a"));
        assertThat(split.review(List.of("a"), linked, of("b"), 0)).isEmpty();
        assertThat(split.review(List.of("a"), linked, of("b"), LATER - 1)).isEmpty();
        assertThat(split.review(List.of("a"), linked, of("a", "b"), LATER)).isEmpty();
        assertThat(split.review(List.of("a"), linked, of("b"), LATER + 1)).isEmpty();
        assertThat(split.review(List.of("a"), linked, of("b"), 2 * LATER + 1)).isPresent();
    }

    private static Optional<String> after(String self, List<String> known, Set<String> members, Neighbour... linked) {
        SplitMembership split = new SplitMembership(self, Duration.ofNanos(LATER));
        split.review(known, Arrays.asList(linked), members, 0);
        return split.review(known, Arrays.asList(linked), members, LATER);
    }

    private static Set<String> of(String... names) {
        return Stream.of(names).map(SplitMembershipTest::artery).collect(Collectors.toSet());
    }

    private static Neighbour member(String name) {
        return new Neighbour(new NodeId(name, 1), artery(name), true);
    }

    private static String artery(String name) {
        return "pekko://capstan@" + name + ":1";
    }
}

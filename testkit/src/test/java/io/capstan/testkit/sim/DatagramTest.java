package io.capstan.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DatagramTest {
    private final List<Integer> got = new ArrayList<>();

    /** A world in which a sends b one number each millisecond. */
    private Simulation<Integer> stream(SimSettings settings) {
        Simulation<Integer> simulation = Simulation.of(3, settings);
        simulation.start("a", node -> {
            int[] next = new int[1];
            node.every(Duration.ofMillis(1), () -> node.send("b", next[0]++));
            return (from, message) -> {};
        });
        simulation.start("b", node -> (from, message) -> got.add(message));
        return simulation;
    }

    @Test
    void datagramsAreLostDoubledAndOvertaken() {
        Simulation<Integer> simulation =
                stream(SimSettings.datagrams().withLoss(0.1).withDuplicate(0.1));
        simulation.runFor(Duration.ofSeconds(10));
        int sent = 10_000;
        List<Integer> distinct = got.stream().distinct().sorted().toList();
        assertThat(distinct).hasSizeBetween(sent * 85 / 100, sent * 95 / 100);
        assertThat(got).hasSizeBetween(distinct.size() * 105 / 100, distinct.size() * 115 / 100);
        assertThat(got).isNotEqualTo(got.stream().sorted().toList());
        assertThat(simulation.counts().get("messages lost")).isBetween(800L, 1_200L);
    }

    @Test
    void withoutChanceTheyOnlyTakeTheirTime() {
        SimSettings calm = SimSettings.datagrams().withLoss(0).withDuplicate(0).withDelay(Spread.ofMillis(5, 5));
        Simulation<Integer> simulation = stream(calm);
        simulation.runFor(Duration.ofMillis(105));
        assertThat(got).isEqualTo(IntStream.range(0, 100).boxed().toList());
    }

    @Test
    void aCutLosesWhatIsSentOrWouldArriveWithinItAndNothingElse() {
        SimSettings slow = SimSettings.datagrams().withLoss(0).withDuplicate(0).withDelay(Spread.ofMillis(50, 50));
        Simulation<Integer> simulation = stream(slow);
        simulation.runFor(Duration.ofMillis(60));
        simulation.cutOneWay("a", "b");
        simulation.runFor(Duration.ofMillis(40));
        simulation.healOneWay("a", "b");
        simulation.runFor(Duration.ofMillis(60));
        // Number n is sent at n + 1 ms and arrives at n + 51 ms, unless either is from 61 to 100.
        List<Integer> expected = new ArrayList<>();
        IntStream.range(0, 10).forEach(expected::add);
        IntStream.range(50, 60).forEach(expected::add);
        IntStream.range(100, 110).forEach(expected::add);
        assertThat(got).isEqualTo(expected);
    }

    @Test
    void oneDirectionMayHaveADelayOfItsOwn() {
        Simulation<Integer> simulation =
                stream(SimSettings.datagrams().withLoss(0).withDuplicate(0));
        simulation.delay("a", "b", Spread.ofMillis(1_000, 1_000));
        simulation.runFor(Duration.ofSeconds(1));
        assertThat(got).isEmpty();
        simulation.runFor(Duration.ofMillis(1));
        assertThat(got).containsExactly(0);
    }

    @Test
    void theyOutliveTheirSenderAndReachTheNextRunOfTheReceiver() {
        SimSettings slow = SimSettings.datagrams().withLoss(0).withDuplicate(0).withDelay(Spread.ofMillis(50, 50));
        Simulation<Integer> simulation = stream(slow);
        simulation.runFor(Duration.ofMillis(1));
        simulation.kill("a");
        simulation.kill("b");
        simulation.restart("b");
        simulation.runFor(Duration.ofMillis(100));
        assertThat(got).containsExactly(0);
    }
}

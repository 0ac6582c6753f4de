package io.capstan.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.testkit.Faults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SimulationTest {
    private static final List<String> ABC = List.of("a", "b", "c");

    private static SimSettings settings(SimSettings.Network network) {
        return network == SimSettings.Network.STREAMS ? SimSettings.streams() : SimSettings.datagrams();
    }

    @ParameterizedTest
    @EnumSource
    void theSameSeedGivesTheSameRunToTheLastBit(SimSettings.Network network) {
        assertThat(chatter(17, settings(network)))
                .hasSizeGreaterThan(1_000)
                .isEqualTo(chatter(17, settings(network)))
                .isNotEqualTo(chatter(18, settings(network)));
    }

    private static List<String> chatter(long seed, SimSettings settings) {
        List<String> log = new ArrayList<>();
        Simulation<Long> simulation = Simulation.of(seed, settings);
        for (String name : ABC) {
            simulation.start(name, node -> {
                log.add(name + " starts with " + node.disk().records(Long.class));
                node.every(Duration.ofMillis(100), () -> {
                    ABC.forEach(peer -> node.send(peer, node.random().nextLong()));
                    node.disk().append(node.nanos(), () -> log.add(simulation.nanos() + " " + name + " durable"));
                });
                return (from, message) ->
                        log.add(simulation.nanos() + " " + name + " got " + message + " from " + from);
            });
        }
        simulation.apply(
                Faults.parse("wait 5s; cut a|b,c; wait 4s; kill b; pause c 2s; wait 3s; restart b; heal; wait 9s"));
        simulation.counts().forEach((what, count) -> log.add(what + " " + count));
        return log;
    }

    @Test
    void allAreMeantTogetherAndWhatAWorldCannotDoItRefusesInOneLine() {
        Simulation<String> simulation = Simulation.of(1, SimSettings.datagrams());
        ABC.forEach(name -> simulation.start(name, node -> (from, message) -> {}));
        simulation.apply(Faults.parse("cut a|others; kill all"));
        assertThat(ABC).noneMatch(simulation::isUp);
        assertThatThrownBy(() -> simulation.apply(Faults.parse("disk a full")))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("a Simulation cannot have the disk of a be full");
    }

    @Test
    void eventsOfOneInstantHappenInTheOrderInWhichTheyWereScheduled() {
        List<Integer> order = new ArrayList<>();
        Simulation<String> simulation = Simulation.of(1, SimSettings.datagrams());
        for (int i = 0; i < 1_000; i++) {
            int number = i;
            simulation.at(Duration.ofMillis(number % 7 == 0 ? 1 : 2), () -> order.add(number));
        }
        simulation.runFor(Duration.ofMillis(2));
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < 1_000; i += 7) {
            expected.add(i);
        }
        for (int i = 0; i < 1_000; i++) {
            if (i % 7 != 0) {
                expected.add(i);
            }
        }
        assertThat(order).isEqualTo(expected);
    }

    @Test
    void anInvariantIsCheckedAfterEveryStepAndItsFailureTellsSeedStepAndTrace() {
        Simulation<String> simulation =
                Simulation.of(42, SimSettings.datagrams().withLoss(0));
        int[] total = new int[1];
        simulation.start("a", node -> (from, message) -> total[0]++);
        simulation.start("b", node -> {
            node.every(Duration.ofSeconds(1), () -> node.send("a", "one more"));
            return (from, message) -> {};
        });
        simulation.invariant(
                "no more than three", process -> assertThat(total[0]).isLessThanOrEqualTo(3));
        assertThatThrownBy(() -> simulation.runFor(Duration.ofMinutes(1)))
                .isInstanceOfSatisfying(
                        SimulationFailure.class, e -> assertThat(e.violated()).isEqualTo("no more than three"))
                .hasMessageContaining("no more than three")
                .hasMessageContaining("seed 42, step ")
                .hasMessageContaining("b -> a got one more");
        assertThat(total[0]).isEqualTo(4);
    }

    @Test
    void whatAProcessThrowsFailsTheSimulation() {
        Simulation<String> simulation = Simulation.of(1, SimSettings.datagrams());
        simulation.start("a", node -> {
            node.after(Duration.ofMillis(1), () -> {
                throw new IllegalStateException("a bug");
            });
            return (from, message) -> {};
        });
        assertThatThrownBy(() -> simulation.runFor(Duration.ofSeconds(1)))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("a bug");
    }

    @Test
    void processesThatChaseEachOtherWithoutTimePassingAreCaught() {
        Simulation<String> simulation = Simulation.of(1, SimSettings.datagrams());
        simulation.start("a", node -> {
            again(node);
            return (from, message) -> {};
        });
        assertThatThrownBy(() -> simulation.runFor(Duration.ofSeconds(1))).hasMessageContaining("time passes");
    }

    private static void again(SimNode<String> node) {
        node.after(Duration.ZERO, () -> again(node));
    }

    @Test
    void progressThatDoesNotComeIsAFailure() {
        Simulation<String> simulation = Simulation.of(1, SimSettings.datagrams());
        assertThatThrownBy(() -> simulation.await("a leader is elected", Duration.ofSeconds(5), () -> false))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("a leader is elected")
                .hasMessageContaining("PT5S");
        assertThat(simulation.nanos()).isEqualTo(Duration.ofSeconds(5).toNanos());
    }

    @Test
    void timersDieWithTheirProcessAndCancelledOnesNeverRun() {
        List<String> ran = new ArrayList<>();
        Simulation<String> simulation = Simulation.of(1, SimSettings.datagrams());
        simulation.start("a", node -> {
            String run = "run " + node.incarnation();
            node.after(Duration.ofMillis(10), () -> ran.add(run));
            node.after(Duration.ofMillis(10), () -> ran.add("cancelled")).cancel();
            return (from, message) -> {};
        });
        simulation.apply(Faults.parse("wait 5ms; kill a; restart a; wait 1s"));
        assertThat(ran).containsExactly("run 2");
    }

    @Test
    void aPausedProcessGetsItsTimersAndMessagesLate() {
        List<String> log = new ArrayList<>();
        Simulation<String> simulation =
                Simulation.of(1, SimSettings.datagrams().withLoss(0).withDuplicate(0));
        simulation.start("a", node -> {
            node.after(Duration.ofMillis(100), () -> log.add("timer at " + simulation.nanos() / 1_000_000));
            return (from, message) -> log.add(message + " at " + simulation.nanos() / 1_000_000);
        });
        simulation.start("b", node -> {
            node.after(Duration.ofMillis(200), () -> node.send("a", "message"));
            return (from, message) -> {};
        });
        simulation.apply(Faults.parse("pause a 5s; wait 4s"));
        assertThat(log).isEmpty();
        simulation.runFor(Duration.ofSeconds(2));
        assertThat(log).containsExactly("timer at 5000", "message at 5000");
    }

    @Test
    void aTickingProcessTicksOnceAfterAPauseNotInABurst() {
        int[] ticks = new int[1];
        Simulation<String> simulation = Simulation.of(1, SimSettings.datagrams());
        simulation.start("a", node -> {
            node.every(Duration.ofMillis(10), () -> ticks[0]++);
            return (from, message) -> {};
        });
        simulation.pause("a", Duration.ofMillis(10_005));
        simulation.runFor(Duration.ofMillis(10_005));
        assertThat(ticks[0]).isEqualTo(1);
        simulation.runFor(Duration.ofMillis(100));
        assertThat(ticks[0]).isEqualTo(11);
    }

    @Test
    void clocksOfTwoProcessesHaveNothingInCommonAndMayDrift() {
        Simulation<String> simulation = Simulation.of(1, SimSettings.datagrams());
        List<SimNode<String>> nodes = new ArrayList<>();
        for (String name : ABC) {
            simulation.start(name, node -> {
                nodes.add(node);
                return (from, message) -> {};
            });
        }
        long[] before = nodes.stream().mapToLong(SimNode::nanos).toArray();
        assertThat(before).doesNotHaveDuplicates();
        simulation.drift("b", 0.5);
        simulation.runFor(Duration.ofSeconds(10));
        assertThat(nodes.get(0).nanos() - before[0]).isEqualTo(10_000_000_000L);
        assertThat(nodes.get(1).nanos() - before[1]).isEqualTo(5_000_000_000L);
        List<Long> rang = new ArrayList<>();
        nodes.get(1).after(Duration.ofSeconds(1), () -> rang.add(simulation.nanos()));
        simulation.runFor(Duration.ofSeconds(10));
        assertThat(rang).containsExactly(12_000_000_000L);
    }

    @Test
    void aMessageToOneselfAlwaysArrives() {
        List<String> got = new ArrayList<>();
        Simulation<String> simulation = Simulation.of(1, SimSettings.datagrams().withLoss(1));
        simulation.start("a", node -> {
            node.send("a", "hello");
            return (from, message) -> got.add(message + " from " + from);
        });
        simulation.runFor(Duration.ofSeconds(1));
        assertThat(got).containsExactly("hello from a");
    }

    @Test
    void anUnknownNameIsRefused() {
        Simulation<String> simulation = Simulation.of(1, SimSettings.datagrams());
        assertThatThrownBy(() -> simulation.kill("x")).hasMessageContaining("\"x\"");
    }
}

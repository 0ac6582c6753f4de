package io.capstan.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SimDiskTest {
    private static final SimSettings SLOW = SimSettings.datagrams().withFlush(Spread.ofMillis(10, 10));

    private final List<Integer> durable = new ArrayList<>();
    private final List<Integer> found = new ArrayList<>();

    private Simulation<String> world(long seed) {
        Simulation<String> simulation = Simulation.of(seed, SLOW);
        simulation.start("a", node -> {
            found.clear();
            found.addAll(node.disk().records(Integer.class));
            return (from, message) -> {};
        });
        return simulation;
    }

    private void append(Simulation<String> simulation, int... records) {
        for (int record : records) {
            simulation.disk("a").append(record, () -> durable.add(record));
        }
    }

    @Test
    void whatIsWrittenDuringAFlushWaitsForTheNext() {
        Simulation<String> simulation = world(1);
        append(simulation, 1);
        simulation.runFor(Duration.ofMillis(5));
        append(simulation, 2, 3);
        simulation.runFor(Duration.ofMillis(5));
        assertThat(durable).containsExactly(1);
        assertThat(simulation.disk("a").records(Integer.class)).containsExactly(1, 2, 3);
        simulation.runFor(Duration.ofMillis(10));
        assertThat(durable).containsExactly(1, 2, 3);
    }

    @Test
    void aCrashKeepsWhatIsDurableAndLosesAnyEndOfTheRest() {
        Set<Integer> kept = new TreeSet<>();
        boolean torn = false;
        for (int seed = 0; seed < 200; seed++) {
            durable.clear();
            Simulation<String> simulation = world(seed);
            append(simulation, 1);
            simulation.runFor(Duration.ofMillis(10));
            append(simulation, 2, 3, 4);
            simulation.kill("a");
            simulation.restart("a");
            simulation.runFor(Duration.ofSeconds(1));
            assertThat(durable).as("seed %d", seed).containsExactly(1);
            assertThat(List.of(1, 2, 3, 4)).as("seed %d", seed).startsWith(found.toArray(Integer[]::new));
            kept.add(found.size());
            torn |= simulation.disk("a").torn();
        }
        assertThat(kept).containsExactly(1, 2, 3, 4);
        assertThat(torn).isTrue();
    }

    @Test
    void aReplacementIsAtomic() {
        for (int seed = 0; seed < 50; seed++) {
            Simulation<String> simulation = world(seed);
            append(simulation, 1, 2, 3);
            simulation.runFor(Duration.ofMillis(20));
            simulation.disk("a").replace(List.of(7), () -> {});
            append(simulation, 8);
            simulation.kill("a");
            simulation.restart("a");
            assertThat(found).as("seed %d", seed).isIn(List.of(1, 2, 3), List.of(7), List.of(7, 8));
        }
    }

    @Test
    void aSickDiskKeepsEverybodyWaiting() {
        Simulation<String> simulation = world(1);
        simulation.disk("a").stall(Duration.ofSeconds(5));
        append(simulation, 1);
        simulation.runFor(Duration.ofMillis(4_999));
        assertThat(durable).isEmpty();
        simulation.runFor(Duration.ofMillis(1));
        assertThat(durable).containsExactly(1);
    }

    @Test
    void aFailedFlushIsToldOrElseFailsTheSimulation() {
        Simulation<String> simulation = world(1);
        simulation.disk("a").failNextFlush();
        boolean[] told = new boolean[1];
        simulation.disk("a").append(1, new SimDisk.Completion() {
            @Override
            public void durable() {
                throw new AssertionError("it is not");
            }

            @Override
            public void failed() {
                told[0] = true;
            }
        });
        simulation.runFor(Duration.ofSeconds(1));
        assertThat(told[0]).isTrue();
        simulation.kill("a");
        simulation.restart("a");
        simulation.disk("a").failNextFlush();
        append(simulation, 2);
        assertThatThrownBy(() -> simulation.runFor(Duration.ofSeconds(1))).hasMessageContaining("failed flush");
    }

    @Test
    void nothingIsKeptBehindTheHoleOfAFailedFlush() {
        for (int seed = 1; seed <= 50; seed++) {
            Simulation<String> simulation = world(seed);
            simulation.disk("a").failNextFlush();
            for (int i = 1; i <= 4; i++) {
                simulation.disk("a").append(i, new SimDisk.Completion() {
                    @Override
                    public void durable() {
                        throw new AssertionError("seed " + simulation.seed());
                    }

                    @Override
                    public void failed() {}
                });
            }
            simulation.runFor(Duration.ofSeconds(1));
            simulation.kill("a");
            simulation.restart("a");
            assertThat(found).as("seed " + seed).isSubsetOf(1, 2, 3, 4).hasSizeLessThan(2);
        }
    }

    @Test
    void aDeadProcessMayFindAnotherDisk() {
        Simulation<String> simulation = world(1);
        append(simulation, 1);
        simulation.runFor(Duration.ofSeconds(1));
        List<Object> backup = simulation.disk("a").backup();
        append(simulation, 2);
        simulation.runFor(Duration.ofSeconds(1));
        assertThatThrownBy(() -> simulation.disk("a").restore(backup)).hasMessageContaining("while it is dead");
        simulation.kill("a");
        simulation.disk("a").restore(backup);
        simulation.restart("a");
        assertThat(found).containsExactly(1);
        simulation.kill("a");
        simulation.disk("a").restore(List.of());
        simulation.restart("a");
        assertThat(found).isEmpty();
    }
}

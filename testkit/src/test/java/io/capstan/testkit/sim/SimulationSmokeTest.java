package io.capstan.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.testkit.Faults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulationSmokeTest {
    @Test
    void theSameSeedGivesTheSameRun() {
        for (SimSettings settings : List.of(SimSettings.datagrams(), SimSettings.streams())) {
            assertThat(run(17, settings)).isEqualTo(run(17, settings)).isNotEqualTo(run(18, settings));
        }
    }

    private static List<String> run(long seed, SimSettings settings) {
        List<String> log = new ArrayList<>();
        Simulation<Integer> simulation = Simulation.of(seed, settings);
        for (String name : List.of("a", "b", "c")) {
            simulation.start(name, node -> {
                node.every(Duration.ofMillis(10), () -> {
                    for (String peer : List.of("a", "b", "c")) {
                        node.send(peer, (int) (node.nanos() % 1000));
                    }
                    node.disk().append(node.nanos(), () -> log.add(node.name() + " durable"));
                });
                return (from, message) ->
                        log.add(simulation.nanos() + " " + node.name() + " got " + message + " from " + from);
            });
        }
        simulation.apply(
                Faults.parse("wait 1s; cut a|b,c; wait 2s; kill b; pause c 2s; wait 3s; restart b; heal; wait 5s"));
        return log;
    }

    @Test
    void speed() {
        for (SimSettings settings : List.of(SimSettings.datagrams(), SimSettings.streams())) {
            for (int round = 0; round < 4; round++) {
                Simulation<Integer> simulation = Simulation.of(round, settings.withLoss(0));
                for (String name : List.of("a", "b", "c")) {
                    simulation.start(name, node -> {
                        node.every(Duration.ofMillis(10), () -> {
                            node.send("a", 0);
                            node.send("b", 0);
                            node.send("c", 0);
                        });
                        return (from, message) -> {
                            if (message < 5) {
                                node.send(from, message + 1);
                            }
                        };
                    });
                }
                simulation.invariant("true", process -> {});
                long start = System.nanoTime();
                simulation.runFor(Duration.ofMinutes(5));
                double seconds = (System.nanoTime() - start) / 1e9;
                System.out.printf(
                        "%s: %.2f M events/s %s%n",
                        settings.network(), simulation.steps() / seconds / 1e6, simulation.counts());
            }
        }
    }
}

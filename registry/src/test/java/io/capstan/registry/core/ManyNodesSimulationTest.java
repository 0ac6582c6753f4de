package io.capstan.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.testkit.sim.Seeds;
import io.capstan.testkit.sim.SimSettings;
import io.capstan.testkit.sim.Simulation;
import io.capstan.testkit.sim.Trial;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** More nodes than a machine has room for; after {@code many_nodes}, {@code ring} and {@code line} of global_SUITE. */
class ManyNodesSimulationTest {
    private static final String REPLAY =
            "mvn -pl registry -am test -Dsurefire.failIfNoSpecifiedTests=false -Dtest=ManyNodesSimulationTest#";

    @Test
    void thirtyTwoNodesThatEachOwnTheNameKeepOneOwnerWhenTheyMeetAtOnce() {
        assertThat(Seeds.of(REPLAY + "thirtyTwoNodesThatEachOwnTheNameKeepOneOwnerWhenTheyMeetAtOnce", 1)
                        .run(trial -> meet(trial, 32, Duration.ZERO))
                        .missing("losers", "sent Won"))
                .isEmpty();
    }

    @Test
    void tenNodesThatMeetAroundARingKeepOneOwner() {
        assertThat(Seeds.of(REPLAY + "tenNodesThatMeetAroundARingKeepOneOwner", 20)
                        .run(trial -> meet(trial, 10, Duration.ofSeconds(3)))
                        .missing("losers", "sent Won", "sent over a bridge"))
                .isEmpty();
    }

    /** All are alone and own the names; then neighbours meet, if there is time for it, and then all. */
    private static void meet(Trial trial, int size, Duration ring) {
        List<String> members = IntStream.range(0, size)
                .mapToObj(i -> String.format("n%02d", i))
                .toList();
        Simulation<SimMesh.Packet> simulation =
                trial.simulation(SimSettings.streams().withTraceLength(60));
        SimWorld world = new SimWorld(simulation, members, 2, true);
        for (String from : members) {
            for (String to : members) {
                if (!from.equals(to)) {
                    simulation.cutOneWay(from, to);
                }
            }
        }
        simulation.runFor(Duration.ofSeconds(4));
        for (SimNames node : world.up()) {
            world.registerOwn(node, "name-0");
            world.registerOwn(node, "name-1");
        }
        simulation.runFor(Duration.ofSeconds(1));
        if (!ring.isZero()) {
            for (int i = 0; i < size; i++) {
                String next = members.get((i + 1) % size);
                simulation.healOneWay(members.get(i), next);
                simulation.healOneWay(next, members.get(i));
            }
            simulation.runFor(ring);
        }
        simulation.healAll();
        simulation.await("all nodes agree on one living owner", Duration.ofSeconds(60), world::settled);
        world.nobodyLosesUntold();
        world.allAnswered();
        if (world.ownedNames().size() != 2) {
            throw new AssertionError("a name that all owned has nobody");
        }
    }
}

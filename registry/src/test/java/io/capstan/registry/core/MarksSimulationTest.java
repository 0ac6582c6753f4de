package io.capstan.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.testkit.sim.Nemesis;
import io.capstan.testkit.sim.Seeds;
import io.capstan.testkit.sim.SimSettings;
import io.capstan.testkit.sim.Simulation;
import io.capstan.testkit.sim.Spread;
import io.capstan.testkit.sim.Trial;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Groups are created and deleted while nodes are cut off, die, return and pause. */
class MarksSimulationTest {
    private static final List<String> MEMBERS = List.of("a", "b", "c", "d");

    @Test
    void afterAnyFaultsAllNodesKnowTheSameGroupsAndNothingIsLeftOfDeletedOnes() {
        assertThat(Seeds.of(
                                "mvn -pl registry -am test -Dsurefire.failIfNoSpecifiedTests=false -Dtest=MarksSimulationTest",
                                40)
                        .run(MarksSimulationTest::torment)
                        .missing("created", "deleted", "kills", "restarts", "cuts", "heals"))
                .isEmpty();
    }

    static void torment(Trial trial) {
        Simulation<SimMesh.Packet> simulation =
                trial.simulation(SimSettings.streams().withTraceLength(60));
        Map<String, SimMarks> nodes = new TreeMap<>();
        for (String member : MEMBERS) {
            simulation.start(member, node -> new SimMarks(node, made -> nodes.put(member, made)));
        }
        boolean[] working = {true};
        work(simulation, nodes, working);
        simulation.apply(trial.faults(Nemesis.over(MEMBERS)
                .withFaults(8)
                .withBetween(Spread.ofMillis(100, 2_500))
                .withDeadMax(MEMBERS.size() - 1)));
        working[0] = false;
        simulation.await(
                "all nodes know the same groups, and no deletion is left",
                Duration.ofSeconds(60),
                () -> settled(nodes));
        simulation.runFor(SimMarks.KEPT.multipliedBy(3));
        if (!settled(nodes)) {
            throw new AssertionError("they knew the same groups, and then not any more");
        }
    }

    private static boolean settled(Map<String, SimMarks> nodes) {
        Map<String, CreatedMark> first = nodes.values().iterator().next().marks;
        return first.values().stream().allMatch(CreatedMark::created)
                && nodes.values().stream()
                        .allMatch(node ->
                                node.marks.equals(first) && node.groups.shown.size() == first.size() * nodes.size());
    }

    private static void work(Simulation<SimMesh.Packet> simulation, Map<String, SimMarks> nodes, boolean[] working) {
        SplittableRandom random = simulation.random();
        simulation.at(Duration.ofMillis(random.nextInt(1, 250)), () -> {
            List<SimMarks> up = nodes.values().stream()
                    .filter(node -> simulation.isUp(node.groups.self.name()))
                    .toList();
            if (working[0]) {
                if (!up.isEmpty()) {
                    boolean create = random.nextBoolean();
                    simulation.count(create ? "created" : "deleted");
                    up.get(random.nextInt(up.size())).say("group-" + random.nextInt(3), create);
                }
                work(simulation, nodes, working);
            }
        });
    }
}

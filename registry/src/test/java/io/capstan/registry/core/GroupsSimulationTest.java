package io.capstan.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.registry.Metadata;
import io.capstan.testkit.sim.Nemesis;
import io.capstan.testkit.sim.Seeds;
import io.capstan.testkit.sim.SimSettings;
import io.capstan.testkit.sim.Simulation;
import io.capstan.testkit.sim.Spread;
import io.capstan.testkit.sim.Trial;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Groups under cuts, bridges, crashes, restarts and pauses. */
class GroupsSimulationTest {
    private static final List<String> MEMBERS = List.of("a", "b", "c", "d", "e");

    @Test
    void afterAnyFaultsAllNodesShowExactlyTheLivingMembers() {
        assertThat(Seeds.of(
                                "mvn -pl registry -am test -Dsurefire.failIfNoSpecifiedTests=false -Dtest=GroupsSimulationTest",
                                200)
                        .run(GroupsSimulationTest::torment)
                        .missing("joins", "leaves", "stops", "metadata set", "kills", "restarts", "cuts", "heals"))
                .isEmpty();
    }

    static void torment(Trial trial) {
        List<String> members = MEMBERS.subList(0, 3 + (int) (trial.seed() % 3));
        Simulation<SimMesh.Packet> simulation =
                trial.simulation(SimSettings.streams().withTraceLength(60));
        Map<String, SimGroups> nodes = new TreeMap<>();
        for (String member : members) {
            simulation.start(member, node -> new SimGroups(node, made -> nodes.put(member, made)));
        }
        boolean[] working = {true};
        work(simulation, nodes, working);
        simulation.apply(trial.faults(Nemesis.over(members)
                .withFaults(8)
                .withBetween(Spread.ofMillis(100, 2_500))
                .withDeadMax(members.size() - 1)));
        working[0] = false;
        simulation.await(
                "all nodes show exactly the living members",
                Duration.ofSeconds(60),
                () -> nodes.values().stream().allMatch(node -> node.shown.equals(truth(nodes))));
    }

    private static Map<SimGroups.Place, GroupRow> truth(Map<String, SimGroups> nodes) {
        Map<SimGroups.Place, GroupRow> all = new HashMap<>();
        nodes.values()
                .forEach(node -> node.truth.forEach(
                        (membership, row) -> all.put(new SimGroups.Place(node.self, membership), row)));
        return all;
    }

    private static void work(Simulation<SimMesh.Packet> simulation, Map<String, SimGroups> nodes, boolean[] working) {
        SplittableRandom random = simulation.random();
        simulation.at(Duration.ofMillis(random.nextInt(1, 60)), () -> {
            List<SimGroups> up = nodes.values().stream()
                    .filter(node -> simulation.isUp(node.self.name()))
                    .toList();
            if (working[0]) {
                if (!up.isEmpty()) {
                    oneThing(simulation, up.get(random.nextInt(up.size())), random);
                }
                work(simulation, nodes, working);
            }
        });
    }

    private static void oneThing(Simulation<SimMesh.Packet> simulation, SimGroups node, SplittableRandom random) {
        String process = node.self + "/" + random.nextInt(4);
        Membership membership = new Membership("", "group-" + random.nextInt(3), process);
        int what = random.nextInt(12);
        boolean more = random.nextInt(3) == 0;
        Metadata metadata = Metadata.of("v" + random.nextInt(1_000));
        if (what < 5) {
            simulation.count("joins");
            node.join(membership, more ? metadata : null);
        } else if (what >= 10) {
            simulation.count("metadata set");
            node.update(membership, metadata);
        } else if (what < 8) {
            simulation.count("leaves");
            node.leave(membership);
        } else {
            simulation.count("stops");
            node.stop(process);
        }
    }
}

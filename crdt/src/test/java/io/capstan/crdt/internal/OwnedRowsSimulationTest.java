package io.capstan.crdt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.Codec;
import io.capstan.crdt.core.RowCodec;
import io.capstan.crdt.core.Slot;
import io.capstan.crdt.core.Table;
import io.capstan.crdt.core.TableSettings;
import io.capstan.crdt.core.TableSettings.Departed;
import io.capstan.crdt.core.TableWire;
import io.capstan.testkit.sim.Nemesis;
import io.capstan.testkit.sim.Seeds;
import io.capstan.testkit.sim.SimNode;
import io.capstan.testkit.sim.SimSettings;
import io.capstan.testkit.sim.Simulation;
import io.capstan.testkit.sim.Spread;
import io.capstan.testkit.sim.Trial;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Tables of names' and groups' kind under the same torments: no ghosts, and everybody who is there is shown. */
class OwnedRowsSimulationTest {
    private static final String COMMAND =
            "mvn -pl crdt -am test -Dtest=OwnedRowsSimulationTest -Dsurefire.failIfNoSpecifiedTests=false";

    private static final List<String> NODES = List.of("a", "b", "c", "d", "e");
    private static final TableWire<String, String> WIRE = new TableWire<>(RowCodec.of(Codec.utf8(20), Codec.utf8(20)));
    private static final TableSettings SETTINGS = new TableSettings(
            Departed.HIDE,
            150,
            2,
            Duration.ofMillis(300),
            Duration.ofMillis(400),
            Duration.ofMillis(500),
            Duration.ofMillis(700),
            Duration.ofSeconds(2),
            1_000);

    @Test
    void whatIsShownIsThereAndWhatIsThereIsShown() {
        assertThat(Seeds.of(COMMAND, 60)
                        .run(trial -> new Cluster(trial).live())
                        .missing(
                                "kills",
                                "restarts",
                                "hidden",
                                "caught up",
                                "whole slots",
                                "frames before the tail",
                                "relays of the living",
                                "streams ended by the source",
                                "removals received",
                                "copies compared"))
                .isEmpty();
    }

    /** For {@link ManySimulations}. */
    static void live(Trial trial) {
        new Cluster(trial).live();
    }

    /** For {@link PutBackTest}. */
    static String firstFailure(int seedsMax) {
        return Specifications.firstSeed(seedsMax, trial -> new Cluster(trial).live());
    }

    /** One trial. */
    private static final class Cluster {
        private final Simulation<SimulatedReplica.Packet> world;
        private final Trial trial;
        private final SlotHistories<String, String> histories = new SlotHistories<>();
        private final Map<String, Member> members = new HashMap<>();
        private long values;

        Cluster(Trial trial) {
            this.trial = trial;
            world = trial.simulation(SimSettings.streams().withTraceLength(60));
        }

        void live() {
            List<String> names = NODES.subList(0, 3 + (int) (trial.seed() % 3));
            world.invariant("a copy is its owner's slot as it was", this::check);
            for (String name : names) {
                world.start(name, node -> {
                    Member member = new Member(node);
                    members.put(name, member);
                    return member.replica;
                });
            }
            Nemesis nemesis = Nemesis.over(names).withBetween(Spread.ofMillis(50, 2_500));
            trial.faults(nemesis).applyTo(world);
            world.runFor(Duration.ofSeconds(2));
            members.values().forEach(member -> member.busy = false);
            world.await("everybody shows everybody", Duration.ofSeconds(30), this::converged);
        }

        private void check(String process) {
            Member member = members.get(process);
            if (member == null || !world.isUp(process) || !member.replica.check()) {
                return;
            }
            Table<String, String> table = member.replica.table();
            Set<NodeId> there = new HashSet<>(member.replica.visible());
            there.add(table.slot().owner());
            for (Slot slot : table.slots()) {
                if (!there.contains(slot.owner())) {
                    table.forEach(slot, (key, value) -> fail(process + " shows " + key + " of the hidden " + slot));
                }
            }
        }

        private boolean converged() {
            Set<Slot> living = members.values().stream()
                    .map(member -> member.replica.table().slot())
                    .collect(Collectors.toSet());
            for (Member member : members.values()) {
                Table<String, String> table = member.replica.table();
                for (Slot slot : living) {
                    if (!table.current(slot.owner()) || table.known(slot) != histories.version(slot)) {
                        return false;
                    }
                }
                if (!living.equals(table.slots())) {
                    return false; // Slots of the dead are dropped in time.
                }
            }
            return true;
        }

        /** One run of one node, and somebody who puts and removes. */
        private final class Member {
            private final Table<String, String> table;
            private final SimulatedReplica<String, String> replica;
            private final SimNode<SimulatedReplica.Packet> node;
            private boolean busy = true;

            Member(SimNode<SimulatedReplica.Packet> node) {
                this.node = node;
                table = new Table<>(SimulatedReplica.slot(node), SETTINGS, WIRE);
                replica = new SimulatedReplica<>(node, world, table, WIRE, table::drain, histories);
                changeLater();
            }

            private void changeLater() {
                node.after(Duration.ofMillis(node.random().nextInt(1, 100)), () -> {
                    for (int i = node.random().nextInt(1, 6); i > 0 && busy && !table.holding(); i--) {
                        String key = "key-" + node.random().nextInt(12);
                        if (node.random().nextInt(3) == 0) {
                            table.remove(key);
                        } else {
                            table.put(key, "value-" + values++);
                        }
                    }
                    replica.perform();
                    changeLater();
                });
            }
        }
    }
}

package io.capstan.crdt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.crdt.core.CounterWire;
import io.capstan.crdt.core.Slot;
import io.capstan.crdt.core.Sums;
import io.capstan.crdt.core.TableSettings;
import io.capstan.crdt.core.TableSettings.Departed;
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
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Counters of up to five nodes under cuts, bridges, crashes and pauses: nothing lost, nothing doubled. */
class CounterSimulationTest {
    private static final String COMMAND =
            "mvn -pl crdt -am test -Dtest=CounterSimulationTest -Dsurefire.failIfNoSpecifiedTests=false";

    private static final List<String> NODES = List.of("a", "b", "c", "d", "e");
    private static final int COUNTERS = 12;

    /** Frames of three rows or so. */
    private static final TableSettings SETTINGS = new TableSettings(
            Departed.KEEP,
            100,
            2,
            Duration.ofMillis(300),
            Duration.ofMillis(400),
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            1_000);

    @Test
    void afterTheHealAllNodesReadTheSumOfWhatWasAdded() {
        Seeds.of(COMMAND, 120)
                .run(trial -> new Cluster(trial).live())
                .require(
                        "kills",
                        "restarts",
                        "pauses",
                        "connections broken",
                        "frames before the tail",
                        "tails",
                        "relays of the living",
                        "relays of the gone",
                        "streams resumed halfway",
                        "additions",
                        "additions lost with their node",
                        "slots of the departed",
                        "copies compared");
    }

    /** One trial. */
    private static final class Cluster {
        private final Simulation<SimulatedReplica.Packet> world;
        private final Trial trial;
        private final SlotHistories<String, Sums> histories = new SlotHistories<>();
        private final Map<String, Member> members = new HashMap<>();

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
            Nemesis nemesis =
                    Nemesis.over(names).withBetween(Spread.ofMillis(50, 2_000)).withPause(Spread.ofMillis(100, 2_000));
            trial.faults(nemesis).applyTo(world);
            countDeparted();
            world.runFor(Duration.ofSeconds(2));
            members.values().forEach(member -> member.busy = false);
            world.await("all nodes know the same", Duration.ofSeconds(30), this::converged);
            verify();
        }

        private void check(String process) {
            Member member = members.get(process);
            if (member != null && world.isUp(process)) {
                member.replica.check();
            }
        }

        private void countDeparted() {
            Set<Slot> slots = new HashSet<>();
            members.values()
                    .forEach(member -> slots.addAll(member.replica.table().slots()));
            members.values()
                    .forEach(member -> slots.remove(member.replica.table().slot()));
            slots.forEach(slot -> world.count("slots of the departed"));
        }

        private boolean converged() {
            Map<Slot, Long> known = new HashMap<>();
            for (Member member : members.values()) {
                if (!member.counters.everybodyHasAll()) {
                    return false;
                }
                for (Slot slot : member.replica.table().slots()) {
                    known.merge(slot, member.replica.table().known(slot), Math::max);
                }
            }
            return members.values().stream()
                    .allMatch(member -> known.entrySet().stream()
                            .allMatch(entry -> member.replica.table().known(entry.getKey()) == entry.getValue()));
        }

        /** The oracle: what the living added, and of the departed whatever any of the living had heard. */
        private void verify() {
            for (int i = 0; i < COUNTERS; i++) {
                String name = "counter-" + i;
                long sum = 0;
                Set<Slot> slots = new HashSet<>();
                for (Member member : members.values()) {
                    sum += member.added.getOrDefault(name, 0L);
                    slots.addAll(member.replica.table().slots());
                }
                members.values()
                        .forEach(member -> slots.remove(member.replica.table().slot()));
                for (Slot slot : slots) {
                    long known =
                            members.values().iterator().next().replica.table().known(slot);
                    Sums sums = histories.new Reader(slot).at(known).get(name);
                    sum += sums == null ? 0 : sums.net();
                    if (known < histories.version(slot)) {
                        world.count("additions lost with their node");
                    }
                }
                for (Map.Entry<String, Member> member : members.entrySet()) {
                    assertThat(member.getValue().cells(name).value())
                            .as("%s at %s", name, member.getKey())
                            .isEqualTo(sum);
                }
            }
        }

        /** One run of one node: cells, table, and somebody who adds. */
        private final class Member {
            private final CounterBook book = new CounterBook(100);
            private final CounterReplica counters;
            private final SimulatedReplica<String, Sums> replica;
            private final SimNode<SimulatedReplica.Packet> node;
            private final Map<String, Long> added = new HashMap<>();
            private boolean busy = true;

            Member(SimNode<SimulatedReplica.Packet> node) {
                this.node = node;
                counters = new CounterReplica(SimulatedReplica.slot(node), SETTINGS, book);
                replica = new SimulatedReplica<>(
                        node, world, counters.table(), CounterWire.wire(), counters::drain, histories);
                node.every(Duration.ofMillis(5), this::flush);
                addLater();
            }

            Cells cells(String name) {
                return Objects.requireNonNull(book.counter(name));
            }

            private void flush() {
                if (counters.flush() > 0) {
                    replica.perform();
                } else if (!book.clean()) {
                    world.count("flushes held");
                }
            }

            private void addLater() {
                node.after(Duration.ofMillis(node.random().nextInt(1, 60)), () -> {
                    for (int i = node.random().nextInt(1, 8); i > 0 && busy; i--) {
                        String name = "counter-" + node.random().nextInt(COUNTERS);
                        long delta = node.random().nextLong(-5, 10);
                        cells(name).add(delta);
                        added.merge(name, delta, Long::sum);
                        world.count("additions");
                    }
                    addLater();
                });
            }
        }
    }
}

package io.capstan.crdt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.crdt.core.CounterKey;
import io.capstan.crdt.core.CounterRow;
import io.capstan.crdt.core.CounterWire;
import io.capstan.crdt.core.Deltas;
import io.capstan.crdt.core.Effect;
import io.capstan.crdt.core.LedgerView;
import io.capstan.crdt.core.Row;
import io.capstan.crdt.core.Slot;
import io.capstan.crdt.core.Sums;
import io.capstan.testkit.sim.Nemesis;
import io.capstan.testkit.sim.Seeds;
import io.capstan.testkit.sim.SimDisk;
import io.capstan.testkit.sim.SimNode;
import io.capstan.testkit.sim.SimSettings;
import io.capstan.testkit.sim.Simulation;
import io.capstan.testkit.sim.Spread;
import io.capstan.testkit.sim.Trial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Durable counters under crashes that lose what was not flushed, backups put back, and directories cloned: what was told
 * to be on disk counts for ever, and nothing twice.
 */
class DurableSimulationTest {
    private static final String COMMAND =
            "mvn -pl crdt -am test -Dtest=DurableSimulationTest -Dsurefire.failIfNoSpecifiedTests=false";

    private static final List<String> NODES = List.of("a", "b", "c");
    private static final int COUNTERS = 6;
    private static final int FAULTS = 10;
    private static final int BRIEF_FAULTS = 3;

    @Test
    void whatIsOnDiskCountsForEverAndOnce() {
        assertThat(Seeds.of(COMMAND, 40)
                        .run(trial -> new Cluster(trial).live(FAULTS))
                        .missing(
                                "kills",
                                "restarts",
                                "unsynced writes lost",
                                "slots read from disk",
                                "backups restored",
                                "directories cloned",
                                "additions told to be on disk",
                                "sends that waited for the disk",
                                "folds agreed",
                                "folds made",
                                "retirements raised",
                                "members removed",
                                "ends with nothing left to fold",
                                "cuts made",
                                "cuts made by others too",
                                "operations added again elsewhere",
                                "ends with no operation left"))
                .isEmpty();
    }

    /** For {@link ManySimulations}. */
    static void brief(Trial trial) {
        new Cluster(trial).live(BRIEF_FAULTS);
    }

    /** For {@link PutBackTest}. */
    static String firstFailure(int seedsMax) {
        return Specifications.firstSeed(seedsMax, trial -> new Cluster(trial).live(FAULTS));
    }

    /** One trial. */
    private static final class Cluster {
        private final Simulation<SimulatedReplica.Packet> world;
        private final Trial trial;
        private final SlotHistories<CounterKey, CounterRow> histories = new SlotHistories<>();
        private final Map<String, Member> members = new HashMap<>();
        /** Up to where a slot's changes were told to be on its own node's disk, and that disk was not replaced since. */
        private final Map<Slot, Long> promised = new TreeMap<>();

        private final Map<String, Set<Slot>> promisedBy = new HashMap<>();
        private final Map<String, List<Object>> backups = new HashMap<>();
        private final SimulatedAgreement agreement;
        private final boolean folding;
        /** Operations are forgotten after {@link CounterClients#WINDOW}. */
        private final boolean trimming;
        /** Then disks stay what they were: an operation that comes back with one when it is forgotten counts again. */
        private final boolean repeating;

        private final CounterClients clients;
        private final OperationLog log;
        private boolean tormenting = true;

        Cluster(Trial trial) {
            this.trial = trial;
            world = trial.simulation(SimSettings.streams().withTraceLength(60));
            agreement = new SimulatedAgreement(world);
            folding = trial.seed() % 3 > 0;
            trimming = trial.seed() % 3 == 1;
            repeating = trimming && trial.seed() % 2 == 0;
            log = new OperationLog(world);
            clients = new CounterClients(
                    world,
                    name -> world.isUp(name) ? members.get(name) : null,
                    repeating,
                    trimming ? CounterClients.WINDOW : null);
        }

        void live(int faults) {
            world.invariant("a copy is its owner's slot as it was", process -> {
                Member member = members.get(process);
                if (member != null && world.isUp(process)) {
                    member.replica.check();
                }
            });
            for (String name : NODES) {
                world.start(name, node -> {
                    Member member = new Member(node);
                    members.put(name, member);
                    return member.replica;
                });
            }
            if (!repeating) {
                tamperLater();
            }
            if (trimming) {
                clients.callLater(COUNTERS);
            }
            Nemesis nemesis = Nemesis.over(NODES)
                    .withFaults(faults)
                    .withBetween(Spread.ofMillis(50, 1_500))
                    .withKinds(
                            Nemesis.Kind.KILL,
                            Nemesis.Kind.KILL,
                            Nemesis.Kind.RESTART,
                            Nemesis.Kind.SPLIT,
                            Nemesis.Kind.ISOLATE,
                            Nemesis.Kind.HEAL);
            trial.faults(nemesis).applyTo(world);
            tormenting = false;
            clients.stop();
            world.runFor(Duration.ofSeconds(1));
            members.values().forEach(member -> member.busy = false);
            world.await("all nodes know the same", Duration.ofSeconds(30), this::converged);
            verify();
            if (folding
                    && members.values().stream()
                            .anyMatch(member -> member.counters.folder().folds()
                                    == agreement.view().folds())) {
                world.await("all that is departed is folded", Duration.ofSeconds(90), () -> {
                    return SimulatedAgreement.onlyTheLivingHaveSlots(members.values().stream()
                            .map(member -> member.counters)
                            .toList());
                });
                world.await("all nodes know the same again", Duration.ofSeconds(30), this::converged);
                world.count("ends with nothing left to fold");
                verify();
                if (trimming) {
                    world.await(
                            "all operations are forgotten",
                            Duration.ofSeconds(60),
                            () -> members.values().stream().allMatch(member -> member.counters.operations() == 0));
                    world.await("all nodes know the same at last", Duration.ofSeconds(30), this::converged);
                    world.count("ends with no operation left");
                    verify();
                }
            }
        }

        /** Backups are taken of anybody, and put back or given to another node while that is dead. */
        private void tamperLater() {
            world.at(Duration.ofMillis(world.random().nextInt(50, 600)), () -> {
                if (!tormenting) {
                    return;
                }
                String name = NODES.get(world.random().nextInt(NODES.size()));
                String other = NODES.get(world.random().nextInt(NODES.size()));
                if (world.isUp(name)) {
                    backups.put(name, world.disk(name).backup());
                } else if (folding && world.random().nextInt(8) == 0) {
                    agreement.remove(name); // What only its disk has is given up.
                    promisedBy.getOrDefault(name, Set.of()).forEach(promised::remove);
                } else if (backups.containsKey(other) && world.random().nextInt(3) == 0) {
                    world.count(name.equals(other) ? "backups restored" : "directories cloned");
                    world.disk(name).restore(Objects.requireNonNull(backups.get(other)));
                    promisedBy.getOrDefault(name, Set.of()).forEach(promised::remove);
                }
                tamperLater();
            });
        }

        private boolean converged() {
            return members.values().stream()
                            .allMatch(member -> member.counters.everybodyHasAll() && member.gate.isIdle())
                    && SimulatedAgreement.allKnowTheSame(members.values().stream()
                            .map(member -> member.counters)
                            .toList());
        }

        private void verify() {
            Member any = members.values().iterator().next();
            promised.forEach((slot, version) -> assertThat(any.replica.table().known(slot))
                    .as("what was told to be on disk of %s", slot)
                    .isGreaterThanOrEqualTo(version));
            Map<String, Long> expected = new HashMap<>();
            Set<Slot> slots = new HashSet<>(any.replica.table().slots());
            slots.remove(Slot.FOLDED);
            slots.addAll(SimulatedAgreement.folded(any.replica.table()).keySet());
            for (Slot slot : slots) {
                histories.new Reader(slot).at(any.replica.table().known(slot)).forEach((key, row) -> {
                    if (key instanceof CounterKey.Total total) {
                        expected.merge(total.counter(), ((Sums) row).net(), Long::sum);
                    }
                });
            }
            for (int i = 0; i < COUNTERS; i++) {
                String name = "counter-" + i;
                long operated = log.value(name, histories, slots, any.replica.table()::known);
                members.forEach((node, member) -> assertThat(member.cells(name).value())
                        .as("%s at %s", name, node)
                        .isEqualTo(expected.getOrDefault(name, 0L) + operated));
            }
        }

        /** One run of one node over its disk, which keeps what the effects say, write by write. */
        private final class Member implements CounterClients.Target {
            private final CounterBook book = new CounterBook(100, () -> 0);
            private final CounterReplica counters;
            private final SimulatedReplica<CounterKey, CounterRow> replica;
            private final Gate<CounterKey, CounterRow> gate;
            private final SimNode<SimulatedReplica.Packet> node;
            private List<Effect<CounterKey, CounterRow>> out = new ArrayList<>();
            private boolean busy = true;

            Member(SimNode<SimulatedReplica.Packet> node) {
                this.node = node;
                counters = new CounterReplica(SimulatedReplica.slot(node), SimulatedReplica.SETTINGS, book, id -> {});
                gate = new Gate<>(this::write, effect -> out.add(effect));
                counters.table().keepOnDisk();
                restore();
                if (trimming) {
                    counters.keepOperations(CounterClients.WINDOW);
                }
                replica = new SimulatedReplica<>(
                        node, world, counters.table(), CounterWire.wire(), this::drain, histories);
                replica.perform();
                node.every(Duration.ofMillis(5), this::flush);
                node.every(Duration.ofMillis(100), () -> counters.tick(node.nanos() / 1_000_000));
                addLater();
                if (folding) {
                    agreement.serve(node, counters, gate::onceDurable, this::fold, replica::perform);
                }
            }

            private void fold(LedgerView view) {
                replica.perform();
                Map<String, Long> before = values();
                Set<String> counting = log.counting(counters);
                counters.folder().fold(view);
                replica.perform();
                world.count("folds made");
                log.folded(counters, counting);
                assertThat(values())
                        .as("at %s after fold %d", node.name(), view.folds())
                        .isEqualTo(before);
            }

            private Map<String, Long> values() {
                Map<String, Long> values = new TreeMap<>();
                for (int i = 0; i < COUNTERS; i++) {
                    values.put("counter-" + i, cells("counter-" + i).value());
                }
                return values;
            }

            Cells cells(String name) {
                return Objects.requireNonNull(book.counter(name));
            }

            private void restore() {
                Map<Slot, Map<Long, Row<CounterKey, CounterRow>>> rows = new TreeMap<>();
                Map<Slot, Stored> latest = new TreeMap<>();
                for (Stored stored : node.disk().records(Stored.class)) {
                    Map<Long, Row<CounterKey, CounterRow>> slot =
                            rows.computeIfAbsent(stored.store().slot(), s -> new TreeMap<>());
                    if (stored.store().whole()) {
                        slot.clear();
                    }
                    stored.store().gone().forEach(slot::remove);
                    stored.store().rows().forEach(row -> slot.put(row.version(), row));
                    latest.put(stored.store().slot(), stored);
                }
                latest.values()
                        .removeIf(stored ->
                                stored.store().whole() && stored.store().known() == 0);
                latest.forEach((slot, stored) -> {
                    world.count("slots read from disk");
                    counters.table()
                            .restore(
                                    slot,
                                    stored.store().known(),
                                    stored.store().floor(),
                                    List.copyOf(
                                            rows.getOrDefault(slot, Map.of()).values()));
                });
            }

            private boolean write(List<Effect.Store<CounterKey, CounterRow>> stores, long number) {
                for (int i = 0; i < stores.size(); i++) {
                    boolean last = i == stores.size() - 1;
                    node.disk().append(new Stored(stores.get(i)), (SimDisk.Completion) () -> {
                        if (last) {
                            gate.durable(number);
                            promise();
                            replica.perform();
                        }
                    });
                }
                return true;
            }

            private void promise() {
                Slot slot = counters.table().slot();
                if (gate.durableVersion() > 0) {
                    world.count("additions told to be on disk");
                    promised.put(slot, gate.durableVersion());
                    promisedBy
                            .computeIfAbsent(node.name(), name -> new HashSet<>())
                            .add(slot);
                }
            }

            /** What may be done now: what people and cells see at once, what leaves the node after the disk. */
            private List<Effect<CounterKey, CounterRow>> drain() {
                List<Effect<CounterKey, CounterRow>> now = new ArrayList<>();
                List<Effect<CounterKey, CounterRow>> gated = new ArrayList<>();
                for (Effect<CounterKey, CounterRow> effect : counters.drain()) {
                    (effect instanceof Effect.Changed || effect instanceof Effect.CaughtUp ? now : gated).add(effect);
                }
                gate.perform(gated, counters.table().version());
                if (!gate.isIdle()) {
                    world.count("sends that waited for the disk");
                }
                now.addAll(out);
                out = new ArrayList<>();
                return now;
            }

            private void flush() {
                if (counters.flush() > 0) {
                    replica.perform();
                }
            }

            @Override
            public boolean isCurrentAndCounts(String id) {
                return counters.counts(id)
                        && counters.folder().folds() == agreement.view().folds();
            }

            @Override
            public void call(String id, Deltas deltas) {
                if (counters.mustJoin() || counters.table().holding() || !gate.isIdle()) {
                    return;
                }
                log.added(id, deltas);
                if (counters.forgets(id)) {
                    world.count("operations refused as they are forgotten");
                } else {
                    counters.add(id, deltas);
                    replica.perform();
                }
            }

            private void addLater() {
                node.after(Duration.ofMillis(node.random().nextInt(1, 60)), () -> {
                    for (int i = node.random().nextInt(1, 6); i > 0 && busy; i--) {
                        cells("counter-" + node.random().nextInt(COUNTERS))
                                .add(node.random().nextLong(-5, 10));
                        world.count("additions");
                    }
                    addLater();
                });
            }
        }

        /** One record on the simulated disk. */
        private record Stored(Effect.Store<CounterKey, CounterRow> store) {}
    }
}

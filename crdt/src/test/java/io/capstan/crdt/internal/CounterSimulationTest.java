package io.capstan.crdt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.CounterKey;
import io.capstan.crdt.core.CounterRow;
import io.capstan.crdt.core.CounterWire;
import io.capstan.crdt.core.Deltas;
import io.capstan.crdt.core.Effect;
import io.capstan.crdt.core.LedgerView;
import io.capstan.crdt.core.Slot;
import io.capstan.crdt.core.Table;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Counters of up to five nodes under cuts, bridges, crashes and pauses: nothing lost, nothing doubled. */
class CounterSimulationTest {
    private static final String COMMAND =
            "mvn -pl crdt -am test -Dtest=CounterSimulationTest -Dsurefire.failIfNoSpecifiedTests=false";

    private static final List<String> NODES = List.of("a", "b", "c", "d", "e");
    private static final int COUNTERS = 12;
    private static final int FAULTS = 10;
    private static final int BRIEF_FAULTS = 2;

    /** The first of them are reset and deleted, the next only reset. */
    private static final int DELETED = 3;

    private static final int RESET = 6;

    @Test
    void afterTheHealAllNodesReadTheSumOfWhatWasAdded() {
        assertThat(Seeds.of(COMMAND, 15)
                        .run(trial -> new Cluster(trial).live(FAULTS))
                        .missing(
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
                                "copies compared",
                                "operations added again elsewhere",
                                "operations held by several slots",
                                "operations with two meanings",
                                "resets",
                                "deletions",
                                "counts begun anew",
                                "operations taken out by resets",
                                "acknowledged operations whose holders live",
                                "folds agreed",
                                "folds made",
                                "folds that begin anew agreed",
                                "folds that begin anew made",
                                "folds heard of from others",
                                "members removed",
                                "ends with nothing left to fold",
                                "cuts made",
                                "cuts made by others too",
                                "resets while a cut was foreseen",
                                "operations repeated after their window",
                                "operations refused as they are forgotten",
                                "forgotten operations taken out by resets",
                                "ends with no operation left"))
                .isEmpty();
    }

    /** For {@link ManySimulations}: two faults. */
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
        /** Who had an operation when its caller was told so. */
        private final Map<String, Set<NodeId>> acknowledged = new TreeMap<>();

        private final SimulatedAgreement agreement;
        private final boolean folding;
        private final CounterClients clients;
        private final OperationLog log;

        /** Operations are forgotten after {@link CounterClients#WINDOW}. */
        private final boolean trimming;

        Cluster(Trial trial) {
            this.trial = trial;
            world = trial.simulation(SimSettings.streams().withTraceLength(60));
            agreement = new SimulatedAgreement(world);
            folding = trial.seed() % 2 == 0;
            trimming = trial.seed() % 4 == 0;
            log = new OperationLog(world);
            clients = new CounterClients(
                    world,
                    name -> world.isUp(name) && !world.isPaused(name) ? members.get(name) : null,
                    true,
                    trimming ? CounterClients.WINDOW : null);
        }

        void live(int faults) {
            List<String> names = NODES.subList(0, 3 + (int) (trial.seed() % 3));
            world.invariant("a copy is its owner's slot as it was", process -> {
                if (members.containsKey(process) && world.isUp(process)) {
                    Objects.requireNonNull(members.get(process)).replica.check();
                }
            });
            for (String name : names) {
                world.start(name, node -> {
                    Member member = new Member(node);
                    members.put(name, member);
                    return member.replica;
                });
            }
            Nemesis nemesis = Nemesis.over(names)
                    .withFaults(faults)
                    .withBetween(Spread.ofMillis(50, 2_000))
                    .withPause(Spread.ofMillis(100, 2_000));
            clients.callLater(COUNTERS);
            clients.resetLater(RESET, DELETED);
            if (folding) {
                nemesis = nemesis.withKinds(SimulatedAgreement.KINDS);
                removeLater();
            }
            trial.faults(nemesis).applyTo(world);
            countDeparted();
            world.runFor(Duration.ofSeconds(2));
            members.values().forEach(member -> member.busy = false);
            clients.stop();
            world.await("all nodes know the same", Duration.ofSeconds(30), this::converged);
            verify();
            if (folding) {
                world.await(
                        "all that is departed is folded",
                        Duration.ofSeconds(60),
                        () -> SimulatedAgreement.onlyTheLivingHaveSlots(replicas()));
                world.await("all nodes know the same again", Duration.ofSeconds(30), this::converged);
                world.count("ends with nothing left to fold");
                verify();
            }
            if (trimming) {
                world.await(
                        "all operations are forgotten",
                        Duration.ofSeconds(60),
                        () -> replicas().stream().allMatch(replica -> replica.operations() == 0));
                world.await("all nodes know the same at last", Duration.ofSeconds(30), this::converged);
                world.count("ends with no operation left");
                verify();
            }
            verifyAcknowledged();
        }

        /** An operator who gives up somebody who is dead; it may come back all the same. */
        private void removeLater() {
            world.at(Duration.ofMillis(world.random().nextInt(200, 4_000)), () -> {
                List<String> names = world.names();
                String name = names.get(world.random().nextInt(names.size()));
                if (!world.isUp(name)) {
                    agreement.remove(name);
                }
                if (clients.calling()) {
                    removeLater();
                }
            });
        }

        private void verifyAcknowledged() {
            Set<NodeId> living = new HashSet<>();
            replicas().forEach(replica -> living.add(replica.table().slot().owner()));
            acknowledged.forEach((id, holders) -> {
                if (holders.stream().anyMatch(living::contains)) {
                    world.count("acknowledged operations whose holders live");
                    members.forEach((name, member) -> assertThat(member.counters.counts(id) || log.isForgotten(id))
                            .as("%s at %s", id, name)
                            .isTrue());
                }
            });
        }

        private void countDeparted() {
            Set<Slot> slots = new HashSet<>();
            replicas().forEach(replica -> slots.addAll(replica.table().slots()));
            replicas().forEach(replica -> slots.remove(replica.table().slot()));
            slots.forEach(slot -> world.count("slots of the departed"));
        }

        private boolean converged() {
            return replicas().stream().allMatch(CounterReplica::everybodyHasAll)
                    && SimulatedAgreement.allKnowTheSame(replicas());
        }

        private List<CounterReplica> replicas() {
            return members.values().stream().map(member -> member.counters).toList();
        }

        private void verify() {
            Table<CounterKey, CounterRow> any = replicas().get(0).table();
            Map<Slot, Map<CounterKey, CounterRow>> states = new HashMap<>();
            Set<Slot> slots = new HashSet<>(any.slots());
            Map<Slot, Long> folded = SimulatedAgreement.folded(any);
            folded.replaceAll((slot, version) -> any.version(Slot.FOLDED, new CounterKey.Folded(slot)));
            slots.addAll(folded.keySet());
            slots.remove(Slot.FOLDED);
            for (Slot slot : slots) {
                states.put(slot, histories.new Reader(slot).at(any.known(slot)));
                if (any.known(slot) < histories.version(slot)) {
                    world.count("additions lost with their node");
                }
            }
            Map<Slot, Map<String, Long>> added = new HashMap<>();
            members.values().forEach(member -> added.put(member.replica.table().slot(), member.added));
            CounterOracle oracle = new CounterOracle(
                    world, states, folded, (slot, key) -> histories.version(slot, key, any.known(slot)), added);
            for (int i = 0; i < COUNTERS; i++) {
                String name = "counter-" + i;
                // Of those that are never deleted no row is swept away: what the living were told to add is known.
                long expected = trimming
                        ? oracle.totals(name, i >= DELETED) + log.value(name, histories, slots, any::known)
                        : oracle.value(name, i >= DELETED);
                members.forEach((node, member) -> assertThat(member.cells(name).value())
                        .as("%s at %s", name, node)
                        .isEqualTo(expected));
            }
        }

        /** One run of one node: cells, table, and somebody who adds. */
        private final class Member implements CounterClients.Target {
            private final CounterBook book = new CounterBook(100, () -> 0);
            private final CounterReplica counters;
            private final SimulatedReplica<CounterKey, CounterRow> replica;
            private final SimNode<SimulatedReplica.Packet> node;
            private final Map<String, Long> added = new HashMap<>();
            /** Stamped, and not on another node yet. */
            private final Map<String, Long> unacknowledged = new LinkedHashMap<>();

            private boolean busy = true;

            Member(SimNode<SimulatedReplica.Packet> node) {
                this.node = node;
                counters = new CounterReplica(SimulatedReplica.slot(node), SimulatedReplica.SETTINGS, book, id -> {});
                replica = new SimulatedReplica<>(
                        node, world, counters.table(), CounterWire.wire(), this::drain, histories);
                node.every(Duration.ofMillis(5), this::flush);
                node.every(Duration.ofMillis(100), () -> {
                    counters.tick(node.nanos() / 1_000_000);
                    replica.perform();
                });
                addLater();
                if (trimming) {
                    counters.keepOperations(CounterClients.WINDOW);
                }
                if (folding) {
                    agreement.serve(node, counters, () -> true, this::fold, replica::perform);
                }
            }

            /** Of counters that nobody resets no value changes. */
            private void fold(LedgerView view) {
                replica.perform();
                List<Long> before = values();
                Set<String> counting = log.counting(counters);
                counters.folder().fold(view);
                replica.perform();
                world.count(view.beginsAnew() ? "folds that begin anew made" : "folds made");
                log.folded(counters, counting);
                assertThat(values())
                        .as("at %s after fold %d", node.name(), view.folds())
                        .isEqualTo(before);
            }

            private List<Long> values() {
                return IntStream.range(RESET, COUNTERS)
                        .mapToObj(i -> cells("counter-" + i).value())
                        .toList();
            }

            Cells cells(String name) {
                return Objects.requireNonNull(book.counter(name));
            }

            @Override
            public boolean isCurrentAndCounts(String id) {
                return counters.counts(id)
                        && counters.folder().folds() == agreement.view().folds();
            }

            @Override
            public void call(String id, Deltas deltas) {
                if (counters.mustJoin() || counters.table().holding()) {
                    return;
                }
                log.added(id, deltas);
                if (counters.forgets(id)) {
                    world.count("operations refused as they are forgotten");
                } else if (counters.add(id, deltas)) {
                    unacknowledged.put(id, counters.table().version());
                    replica.perform();
                }
            }

            @Override
            public void reset(String name, boolean delete) {
                if (!counters.mustJoin() && !counters.table().holding()) {
                    counters.reset(name, delete);
                    replica.perform();
                    log.reset(counters, name);
                }
            }

            private List<Effect<CounterKey, CounterRow>> drain() {
                long folds = counters.folder().folds();
                List<Effect<CounterKey, CounterRow>> effects = counters.drain();
                for (; counters.folder().folds() > folds; folds++) {
                    world.count("folds heard of from others");
                }
                long version = counters.table().acknowledgedBy(1);
                unacknowledged.entrySet().removeIf(entry -> {
                    if (entry.getValue() > version) {
                        return false;
                    }
                    Set<NodeId> holders = acknowledged.computeIfAbsent(entry.getKey(), id -> new HashSet<>());
                    holders.add(counters.table().slot().owner());
                    members.values().stream()
                            .map(member -> member.counters.table().slot().owner())
                            .filter(peer -> counters.table().acknowledged(peer) >= entry.getValue())
                            .forEach(holders::add);
                    return true;
                });
                return effects;
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
                        while (!cells(name).add(delta)) {
                            world.count("cells retired");
                        }
                        added.merge(name, delta, Long::sum);
                        world.count("additions");
                    }
                    addLater();
                });
            }
        }
    }
}

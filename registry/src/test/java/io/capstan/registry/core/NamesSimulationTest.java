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
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Names under cuts, bridges, crashes, restarts and pauses; thousands of times over. */
class NamesSimulationTest {
    private static final List<String> MEMBERS = List.of("a", "b", "c", "d", "e");
    private static final String REPLAY = "mvn -pl registry -am test -Dsurefire.failIfNoSpecifiedTests=false -Dtest=";

    @Test
    void afterAnyFaultsAllNodesAgreeOnOneLivingOwner() {
        assertThat(Seeds.of(REPLAY + "NamesSimulationTest#afterAnyFaultsAllNodesAgreeOnOneLivingOwner", 200)
                        .run(trial -> torment(trial, false))
                        .missing(
                                "losers",
                                "sent Outcome",
                                "sent Yield",
                                "sent Won",
                                "sent Refused",
                                "sent Ask",
                                "sent Forward",
                                "sent Told",
                                "updates",
                                "registered for another node",
                                "answer Stale",
                                "sent over a bridge",
                                "zombies shown",
                                "stale rows shown",
                                "double claims with diverging views",
                                "crossed conflicts",
                                "exits while healing",
                                "answer Registered",
                                "answer Taken",
                                "answer TimedOut",
                                "answer Stopped",
                                "answer Unregistered"))
                .isEmpty();
    }

    @Test
    void whoMeetAgainKeepOneOfTheirOwnersAndTellTheOthers() {
        assertThat(Seeds.of(REPLAY + "NamesSimulationTest#whoMeetAgainKeepOneOfTheirOwnersAndTellTheOthers", 200)
                        .run(trial -> torment(trial, true))
                        .missing("losers", "sent Outcome", "sent Won", "names contested"))
                .isEmpty();
    }

    @Test
    void withoutFaultsANameNeverHasTwoOwners() {
        assertThat(Seeds.of(REPLAY + "NamesSimulationTest#withoutFaultsANameNeverHasTwoOwners", 150)
                        .run(NamesSimulationTest::calm)
                        .missing("sent Refused", "answer Registered", "answer Taken"))
                .isEmpty();
    }

    @Test
    void ofClaimsAtOnceOneIsToldYesAndNoneRunsOutOfTime() {
        assertThat(Seeds.of(REPLAY + "NamesSimulationTest#ofClaimsAtOnceOneIsToldYesAndNoneRunsOutOfTime", 400)
                        .run(NamesSimulationTest::rush)
                        .missing("sent Refused", "answer Registered", "answer Taken"))
                .isEmpty();
    }

    @Test
    void howeverManyWantOneNameNobodyRunsOutOfTime() {
        assertThat(Seeds.of(REPLAY + "NamesSimulationTest#howeverManyWantOneNameNobodyRunsOutOfTime", 60)
                        .run(trial -> crowd(trial, Crowd.UNDISTURBED))
                        .missing("sent Refused", "answer Registered", "answer Taken", "updates"))
                .isEmpty();
    }

    @Test
    void norWhereMessagesAreLostOnTheirWayThroughAThird() {
        assertThat(Seeds.of(REPLAY + "NamesSimulationTest#norWhereMessagesAreLostOnTheirWayThroughAThird", 40)
                        .run(trial -> crowd(trial, Crowd.LOSSY))
                        .missing("claim messages lost", "sent over a bridge", "answer Registered", "answer Taken"))
                .isEmpty();
    }

    @Test
    void norAfterNodesWereHiddenFromEachOtherMeanwhile() {
        assertThat(Seeds.of(REPLAY + "NamesSimulationTest#norAfterNodesWereHiddenFromEachOtherMeanwhile", 60)
                        .run(trial -> crowd(trial, Crowd.FLICKERING))
                        .missing("cuts", "heals", "answer Registered", "answer Taken"))
                .isEmpty();
    }

    @Test
    void updatesWithoutEndLetWhoeverTakesOverThrough() {
        assertThat(Seeds.of(REPLAY + "NamesSimulationTest#updatesWithoutEndLetWhoeverTakesOverThrough", 25)
                        .run(NamesSimulationTest::unending)
                        .missing("updates", "answer Registered"))
                .isEmpty();
    }

    /** Some of the owner's node's own users update the name's metadata one after the other; another node takes over. */
    static void unending(Trial trial) {
        List<String> members = MEMBERS.subList(0, 3 + (int) (trial.seed() % 3));
        Simulation<SimMesh.Packet> simulation =
                trial.simulation(SimSettings.streams().withLoss(0).withTraceLength(60));
        SimWorld world = new SimWorld(simulation, members, 1, false);
        simulation.runFor(Duration.ofSeconds(2));
        SimNames owner = world.up().get(simulation.random().nextInt(members.size()));
        SimNames heir =
                world.up().stream().filter(node -> node != owner).findAny().orElseThrow();
        world.registerOwn(owner, "name-0", false);
        simulation.await(
                "all show the owner",
                Duration.ofSeconds(20),
                () -> world.settled() && owner.shown.containsKey("name-0"));
        for (int user = 0; user < 4; user++) {
            world.updateWithoutEnd(owner, "name-0");
        }
        simulation.runFor(Duration.ofMillis(simulation.random().nextInt(200)));
        world.patience(2_000);
        world.registerOwn(heir, "name-0", true);
        simulation.runFor(Duration.ofSeconds(2));
        world.rest();
        simulation.runFor(Duration.ofSeconds(3));
        world.allAnswered();
        Claim last = owner.shown.get("name-0");
        if (last == null || last.node().equals(owner.self) || !world.settled()) {
            throw new AssertionError("updates went on, and nobody took over: " + last + " " + simulation.counts());
        }
    }

    /** What disturbs those who want a name. */
    enum Crowd {
        UNDISTURBED,
        /** Two nodes see each other only through the others, and a tenth of all claim messages is lost. */
        LOSSY,
        /** Nodes see each other, or not, or only one the other, until half of all deadlines is over. */
        FLICKERING
    }

    /** Bursts of claims, takeovers and updates of one or two names, of all nodes, with time enough for each. */
    static void crowd(Trial trial, Crowd crowd) {
        List<String> members = MEMBERS.subList(0, 3 + (int) (trial.seed() % 3));
        Simulation<SimMesh.Packet> simulation =
                trial.simulation(SimSettings.streams().withLoss(0).withTraceLength(60));
        SimWorld world = new SimWorld(simulation, members, 1 + (int) (trial.seed() / 3 % 2), false);
        if (crowd == Crowd.LOSSY) {
            simulation.cutOneWay("a", "b");
            simulation.cutOneWay("b", "a");
            world.loss(0.1);
        }
        world.patience(10_000);
        SplittableRandom random = simulation.random();
        simulation.runFor(Duration.ofSeconds(2));
        for (int burst = 0; burst < 6; burst++) {
            for (int i = random.nextInt(2, 16); i > 0; i--) {
                simulation.at(Duration.ofMillis(random.nextInt(40)), world::oneThing);
            }
            simulation.runFor(Duration.ofMillis(random.nextInt(30, 800)));
            if (crowd == Crowd.FLICKERING && random.nextInt(3) == 0) {
                simulation.healAll();
            } else if (crowd == Crowd.FLICKERING) {
                int from = random.nextInt(members.size());
                int to = (from + random.nextInt(1, members.size())) % members.size();
                simulation.cutOneWay(members.get(from), members.get(to));
            }
        }
        simulation.healAll();
        simulation.runFor(Duration.ofSeconds(11));
        world.allAnswered();
        if (!world.settled() || simulation.counts().containsKey("answer TimedOut")) {
            throw new AssertionError("all saw each other, and yet: " + simulation.counts());
        }
    }

    /** One claim of every node within a tenth of a second: the standbys of a name whose owner has gone. */
    static void rush(Trial trial) {
        List<String> members = MEMBERS.subList(0, 3 + (int) (trial.seed() % 3));
        Simulation<SimMesh.Packet> simulation =
                trial.simulation(SimSettings.streams().withLoss(0).withTraceLength(60));
        SimWorld world = new SimWorld(simulation, members, 1, false);
        int start = simulation.random().nextInt(1_000);
        for (SimNames node : world.up()) {
            Duration moment = Duration.ofMillis(start + simulation.random().nextInt(100));
            simulation.at(moment, () -> world.registerOwn(node, "name-0", false));
        }
        simulation.runFor(Duration.ofSeconds(8));
        world.allAnswered();
        if (!world.settled() || simulation.counts().containsKey("answer TimedOut")) {
            throw new AssertionError("all saw each other, and yet: " + simulation.counts());
        }
    }

    static void torment(Trial trial, boolean gentle) {
        int size = 3 + (int) (trial.seed() % 3);
        List<String> members = MEMBERS.subList(0, size);
        Simulation<SimMesh.Packet> simulation =
                trial.simulation(SimSettings.streams().withTraceLength(60));
        SimWorld world = new SimWorld(simulation, members, 3, gentle);
        world.work();
        Nemesis nemesis = Nemesis.over(members)
                .withFaults(8)
                .withBetween(Spread.ofMillis(100, 2_500))
                .withDeadMax(size - 1);
        if (gentle) {
            // Nobody dies: whoever owns a name goes on owning it, or loses it to somebody.
            nemesis = nemesis.withKinds(
                    Nemesis.Kind.SPLIT,
                    Nemesis.Kind.ISOLATE,
                    Nemesis.Kind.BRIDGE,
                    Nemesis.Kind.ONE_WAY,
                    Nemesis.Kind.HEAL,
                    Nemesis.Kind.PAUSE);
        }
        simulation.apply(trial.faults(nemesis));
        world.rest();
        Set<String> owned = world.ownedNames();
        if (world.standing().size() > owned.size()) {
            simulation.count("names contested");
        }
        simulation.await("all nodes agree on one living owner", Duration.ofSeconds(60), world::settled);
        // Agreed for good: nothing late may undo it.
        simulation.runFor(Duration.ofSeconds(5));
        if (!world.settled()) {
            throw new AssertionError("the nodes agreed, and then not any more");
        }
        world.allAnswered();
        world.nobodyLosesUntold();
        if (gentle) {
            world.allStillOwned(owned);
        }
    }

    static void calm(Trial trial) {
        Simulation<SimMesh.Packet> simulation =
                trial.simulation(SimSettings.streams().withLoss(0).withTraceLength(60));
        SimWorld world = new SimWorld(simulation, MEMBERS.subList(0, 3 + (int) (trial.seed() % 3)), 2, false);
        simulation.runFor(Duration.ofSeconds(1));
        world.work();
        simulation.invariant("one owner at most", process -> world.neverTwoOwners());
        simulation.runFor(Duration.ofSeconds(6));
        world.rest();
        simulation.await("all requests are answered", Duration.ofSeconds(20), world::settled);
        world.allAnswered();
        if (simulation.counts().getOrDefault("losers", 0L) > 0) {
            throw new AssertionError("a conflict without any split");
        }
    }
}

package io.capstan.registry.core.owner;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.registry.core.owner.SimOwners.Word;
import io.capstan.testkit.sim.Nemesis;
import io.capstan.testkit.sim.Seeds;
import io.capstan.testkit.sim.SimSettings;
import io.capstan.testkit.sim.Simulation;
import io.capstan.testkit.sim.Spread;
import io.capstan.testkit.sim.Trial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sessions and owners under loss, duplicates, cuts, crashes, pauses and clocks that are set. */
public class OwnersSimulationTest {
    private static final List<String> MEMBERS = List.of("a", "b", "c", "d");

    @Test
    void whatTheGroupLetsGoForSilenceNobodyHoldsAnyMore() {
        assertThat(Seeds.of(
                                "mvn -pl registry -am test -Dsurefire.failIfNoSpecifiedTests=false"
                                        + " -Dtest=OwnersSimulationTest",
                                120)
                        .run(OwnersSimulationTest::torment)
                        .missing(
                                "Claim Granted",
                                "Claim Taken",
                                "Claim NoSession",
                                "Release Done",
                                "expired",
                                "lost with their session",
                                "stale epochs held for a while",
                                "clocks set",
                                "kills",
                                "pauses",
                                "cuts"))
                .isEmpty();
    }

    /** One seed of it. */
    public static void torment(Trial trial) {
        Simulation<Word> simulation = trial.simulation(SimSettings.datagrams().withTraceLength(60));
        OwnersWorld world = new OwnersWorld(simulation, MEMBERS);
        List<String> all = new ArrayList<>(MEMBERS);
        all.add(OwnersWorld.LOG);
        simulation.apply(trial.faults(Nemesis.over(all)
                .withFaults(8)
                .withBetween(Spread.ofMillis(100, 2_500))
                .withPause(Spread.ofMillis(100, 3_000))
                .withKinds(
                        Nemesis.Kind.SPLIT,
                        Nemesis.Kind.ISOLATE,
                        Nemesis.Kind.ONE_WAY,
                        Nemesis.Kind.HEAL,
                        Nemesis.Kind.PAUSE)));
        world.rest();
        simulation.runFor(Duration.ofSeconds(2)); // Whoever is dead is back.
        simulation.await("every owner's node knows it", Duration.ofSeconds(20), world::settled);
        simulation.runFor(Duration.ofMillis(4 * SimOwners.TTL));
        if (!world.settled()) {
            throw new AssertionError("settled, and then not any more: " + world.entries());
        }
    }
}

package io.capstan.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.capstan.testkit.Fault;
import io.capstan.testkit.Faults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SeedsTest {
    private static final String COMMAND = "mvn -pl testkit test -Dtest=SeedsTest";
    private static final List<String> ABC = List.of("a", "b", "c");

    @AfterEach
    void forgetTheProperties() {
        System.clearProperty(Seeds.SEEDS);
        System.clearProperty(Seeds.FROM);
        System.clearProperty(Seeds.FAULTS);
    }

    /** A store with a bug: it says done before its record is durable, so a crash can make it a liar. */
    private static void forgetful(Trial trial) {
        Simulation<Integer> simulation = trial.simulation(SimSettings.datagrams());
        List<Integer> promised = new ArrayList<>();
        for (String name : ABC) {
            simulation.start(name, node -> {
                if (name.equals("a")) {
                    List<Integer> records = node.disk().records(Integer.class);
                    assertThat(records).hasSizeGreaterThanOrEqualTo(promised.size());
                    int[] next = {records.size()};
                    node.every(Duration.ofMillis(2), () -> {
                        node.disk().append(next[0], () -> {});
                        promised.add(next[0]++);
                    });
                }
                return (from, message) -> {};
            });
        }
        simulation.apply(trial.faults(Nemesis.over(ABC)));
    }

    @Test
    void aBugIsFoundShrunkAndCanBeReplayed() {
        SimulationFailure failure = catchThrowableOfType(
                SimulationFailure.class, () -> Seeds.of(COMMAND, 1_000).run(SeedsTest::forgetful));
        assertThat(failure.getMessage())
                .contains("violated: no step throws")
                .contains("last events")
                .contains(COMMAND + " -Dsim.from=");
        String message = String.valueOf(failure.getMessage());
        String shrunk = message.substring(message.lastIndexOf("-Dsim.faults=") + 13, message.lastIndexOf('\''));
        assertThat(Faults.parse(shrunk).steps())
                .as(shrunk)
                .hasSizeLessThanOrEqualTo(6)
                .contains(new Fault.Kill("a"), new Fault.Restart("a"))
                .endsWith(new Fault.HealAll());

        String seed = message.replaceAll("(?s).*-Dsim.from=(\\d+).*", "$1");
        System.setProperty(Seeds.FROM, seed);
        System.setProperty(Seeds.SEEDS, "1");
        System.setProperty(Seeds.FAULTS, shrunk);
        assertThatThrownBy(() -> Seeds.of(COMMAND, 1_000).run(SeedsTest::forgetful))
                .hasMessageContaining("violated: no step throws")
                .hasMessageContaining("seed " + seed + ",");
    }

    @Test
    void aScheduleThatFailsForAnotherReasonIsNoShorterProofOfThisBug() {
        Nemesis killer = Nemesis.over(ABC).withKinds(Nemesis.Kind.KILL);
        assertThatThrownBy(() -> Seeds.of(COMMAND, 1).run(trial -> {
                    trial.simulation(SimSettings.datagrams());
                    if (trial.faults(killer).steps().stream().anyMatch(Fault.Kill.class::isInstance)) {
                        throw new IllegalStateException("this bug");
                    }
                    throw new ArithmeticException("another");
                }))
                .hasMessageContaining("this bug")
                .hasMessageContaining("to 3 steps, shown above: kill ")
                .hasMessageNotContaining("another");
    }

    @Test
    void everySeedIsRunOnceAndWhatHappenedIsAddedUp() {
        System.setProperty(Seeds.FROM, "100");
        List<Long> seeds = new ArrayList<>();
        Seeds.Seen seen = Seeds.of(COMMAND, 20).run(trial -> {
            seeds.add(trial.seed());
            Simulation<String> simulation = trial.simulation(SimSettings.datagrams());
            simulation.count("stories");
        });
        assertThat(seeds).hasSize(20).startsWith(100L, 101L).endsWith(119L);
        assertThat(seen.counts()).containsEntry("stories", 20L);
        assertThat(seen.missing("stories")).isEmpty();
        assertThat(seen).hasToString("messages 0, messages doubled 0, messages lost 0, steps 0, stories 20");
    }

    @Test
    void aRunThatNeverSawAThingProvesNothingAboutIt_ButAReplayMay() {
        Scenario quiet = trial -> trial.simulation(SimSettings.datagrams());
        Seeds.Seen seen = Seeds.of(COMMAND, 3).run(quiet);
        assertThat(seen.missing("steps", "kills")).containsExactly("steps", "kills");
        System.setProperty(Seeds.SEEDS, "1");
        assertThat(Seeds.of(COMMAND, 3).run(quiet).missing("kills")).isEmpty();
    }

    @Test
    void aTestsOwnAssertionIsAFailureWithSeedAndReplay() {
        assertThatThrownBy(() -> Seeds.of(COMMAND, 5).run(trial -> {
                    trial.simulation(SimSettings.datagrams());
                    assertThat(trial.seed()).isLessThan(3);
                }))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("seed 3,")
                .hasMessageContaining("replay: " + COMMAND + " -Dsim.from=3 -Dsim.seeds=1");
    }

    @Test
    void aScheduleFollowsFromItsSeedAndLeavesEverybodyAliveAndHealed() {
        Nemesis nemesis = Nemesis.over(List.of("a", "b", "c", "d", "e")).withDeadMax(2);
        for (long seed = 0; seed < 500; seed++) {
            Faults faults = nemesis.schedule(seed);
            assertThat(nemesis.schedule(seed)).isEqualTo(faults);
            assertThat(Faults.parse(faults.toString())).isEqualTo(faults);
            int dead = 0;
            for (Fault step : faults.steps()) {
                dead += step instanceof Fault.Kill ? 1 : step instanceof Fault.Restart ? -1 : 0;
                assertThat(dead).as("%s", faults).isBetween(0, 2);
            }
            assertThat(dead).as("%s", faults).isZero();
            assertThat(faults.steps()).endsWith(new Fault.HealAll());
        }
    }

    @Test
    void aPropertyThatIsNoNumberIsNamed() {
        System.setProperty(Seeds.SEEDS, "many");
        assertThatThrownBy(() -> Seeds.of(COMMAND, 1)).hasMessage("sim.seeds is a whole number, got \"many\"");
    }
}

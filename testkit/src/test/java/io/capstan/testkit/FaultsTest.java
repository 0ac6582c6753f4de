package io.capstan.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaultsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "wait 5s",
                "wait 250ms; heal",
                "wait 5s; cut a|b,c; kill a; restart a; pause a 2s; heal",
                "cut a|b|c,d; heal a|b; heal a>b,c",
                "cut shop-1.eu>shop_2"
            })
    void whatIsPrintedReadsTheSame(String text) {
        assertThat(Faults.parse(text).toString()).isEqualTo(text);
    }

    @Test
    void whateverCanBeSaidIsReadBack() {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 1_000; round++) {
            List<Fault> steps = new ArrayList<>();
            for (int i = random.nextInt(8); i > 0; i--) {
                steps.add(anyStep(random));
            }
            Faults faults = new Faults(steps);
            assertThat(Faults.parse(faults.toString())).as("round %d", round).isEqualTo(faults);
        }
    }

    private static Fault anyStep(SplittableRandom random) {
        Duration time = Duration.ofMillis(random.nextInt(2) == 0 ? random.nextInt(5_000) : random.nextInt(5) * 60_000L);
        Fault.Links links = new Fault.Links(List.of(List.of("a", "b"), List.of("c")), random.nextBoolean());
        return switch (random.nextInt(7)) {
            case 0 -> new Fault.Wait(time);
            case 1 -> new Fault.Cut(links);
            case 2 -> new Fault.Heal(links);
            case 3 -> new Fault.HealAll();
            case 4 -> new Fault.Kill("a");
            case 5 -> new Fault.Restart("b");
            default -> new Fault.Pause("c", time);
        };
    }

    @Test
    void blanksNewlinesAndEmptyStepsDoNotMatter() {
        assertThat(Faults.parse(" ;wait  5s ;; cut a | b , c\n\theal;\n")).hasToString("wait 5s; cut a|b,c; heal");
    }

    @Test
    void minutesAreUnderstood() {
        assertThat(Faults.parse("wait 2m")).hasToString("wait 120s");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "jump a           # faults, at 1: expected wait, cut, heal, kill, restart or pause but found \"jump a\"",
                "wait 5x          # faults, at 6: expected a time such as 5s, 250ms or 2m but found \"5x\"",
                "wait 9999999999s # faults, at 6: expected a time such as 5s, 250ms or 2m but found \"9999999999s\"",
                "heal; wait       # faults, at 11: expected a time such as 5s, 250ms or 2m but found the end",
                "cut a            # faults, at 6: expected \"|\" or \">\" and another group but found the end",
                "cut a|           # faults, at 7: expected a member's name of 1 to 64 of A-Z a-z 0-9 . _ - but found the end",
                "cut a|b>c        # faults, at 8: expected either \"|\" or \">\", not both, but found \">c\"",
                "kill a b         # faults, at 8: expected \";\" between two steps but found \"b\"",
                "kill ä           # faults, at 6: expected a member's name of 1 to 64 of A-Z a-z 0-9 . _ - but found \"ä\""
            })
    void anErrorNamesThePositionAndWhatWasExpected(String text, String error) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Faults.parse(text))
                .withMessage(error);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut a|b,a", "cut a>b>c"})
    void linksThatMakeNoSenseAreRefusedWhereTheyStand(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Faults.parse(text))
                .withMessageStartingWith("faults, at 5: expected ")
                .withMessageNotContaining("\n");
    }

    @Test
    void aScheduleHasALimit() {
        String tooLong = "heal;".repeat(Faults.STEPS_MAX + 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Faults.parse(tooLong))
                .withMessageContaining("at most 10000 steps");
    }

    @Test
    void groupsAreCutPairwiseInBothDirectionsAndOneWayInOne() {
        assertThat(applied("cut a|b|c,d"))
                .containsExactlyInAnyOrder(
                        "a>b cut", "b>a cut", "a>c cut", "c>a cut", "a>d cut", "d>a cut", "b>c cut", "c>b cut",
                        "b>d cut", "d>b cut");
        assertThat(applied("cut a>b,c; heal a>c")).containsExactly("a>b cut", "a>c cut", "a>c healed");
    }

    @Test
    void stepsAreAppliedInOrder() {
        assertThat(applied("wait 1s; kill a; restart a; pause b 2s; heal"))
                .containsExactly("PT1S", "a killed", "a restarted", "b paused PT2S", "all healed");
    }

    private static List<String> applied(String text) {
        List<String> log = new ArrayList<>();
        Faults.parse(text).applyTo(new FaultTarget() {
            @Override
            public void pass(Duration time) {
                log.add(time.toString());
            }

            @Override
            public void cutOneWay(String from, String to) {
                log.add(from + ">" + to + " cut");
            }

            @Override
            public void healOneWay(String from, String to) {
                log.add(from + ">" + to + " healed");
            }

            @Override
            public void healAll() {
                log.add("all healed");
            }

            @Override
            public void kill(String name) {
                log.add(name + " killed");
            }

            @Override
            public void restart(String name) {
                log.add(name + " restarted");
            }

            @Override
            public void pause(String name, Duration time) {
                log.add(name + " paused " + time);
            }
        });
        return log;
    }
}

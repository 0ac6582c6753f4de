package io.capstan.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
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
                "cut shop-1.eu>shop_2",
                "kill leader; kill all; kill one; stop a,b; restart all; pause leader,c 2s",
                "cut leader|others; heal leader>others",
                "loss a|b 30%; delay a>b 75ms 50ms; delay a|b 1s; duplicate a|b 1%; reorder a>b 100%; reset a|b,c",
                "down a,b; up all; slow leader 512kbit; slow a off",
                "clock a +3600s; clock one -250ms; clock all +0s",
                "disk a ok; disk a sync-error; disk a sync-error after 10; disk a,b write-error after 3",
                "disk leader slow-sync 200ms; disk a no-space; disk a full; power-cut all",
                "save a; flip a; truncate a; stale a; wipe a,b",
                "disk a write-error to data.mdb; disk a write-error after 2 to wal",
                "transfer a; remove one; add a,b; promote a; snapshot all"
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
        int number = random.nextInt(101);
        Links links = new Links(List.of(List.of("a", "b"), List.of("c")), random.nextBoolean());
        Who who = random.nextBoolean() ? Who.of("a") : Who.of("leader", "b");
        return switch (random.nextInt(20)) {
            case 0 -> new Fault.Wait(time);
            case 1 -> new Fault.Cut(links);
            case 2 -> new Fault.Heal(links);
            case 3 -> new Fault.HealAll();
            case 4 -> new Fault.Kill(who);
            case 5 -> new Fault.Restart(who);
            case 6 -> new Fault.Stop(who);
            case 7 -> new Fault.Clock(who, random.nextBoolean() ? time : time.negated());
            case 8 -> new LinkFault.Loss(links, number);
            case 9 -> new LinkFault.Delay(links, time, Duration.ofMillis(number));
            case 10 -> new LinkFault.Duplicate(links, number);
            case 11 -> new LinkFault.Reorder(links, number);
            case 12 -> new LinkFault.Reset(links);
            case 13 -> random.nextBoolean() ? new WireFault.Down(who) : new WireFault.Up(who);
            case 14 -> new WireFault.Slow(who, number);
            case 15 -> new DiskFault.Disk(who, anyState(random, time, number));
            case 16 -> random.nextBoolean() ? new DiskFault.PowerCut(who) : new DiskFault.Save(who);
            case 17 ->
                new DiskFault.Damage(
                        who, List.of(DiskFault.Damage.Kind.values()).get(random.nextInt(4)));
            case 18 -> new GroupFault(who, List.of(GroupFault.Kind.values()).get(random.nextInt(5)));
            default -> new Fault.Pause(who, time);
        };
    }

    private static DiskState anyState(SplittableRandom random, Duration time, int number) {
        return switch (random.nextInt(6)) {
            case 0 -> new DiskState.Ok();
            case 1 -> new DiskState.SyncError(number);
            case 2 -> new DiskState.WriteError(number, random.nextBoolean() ? "" : "data.mdb");
            case 3 -> new DiskState.SlowSync(time);
            case 4 -> new DiskState.NoSpace();
            default -> new DiskState.Full();
        };
    }

    @Test
    void blanksNewlinesAndEmptyStepsDoNotMatter() {
        assertThat(Faults.parse(" ;wait  5s ;; cut a | b , c\n\theal;\n")).hasToString("wait 5s; cut a|b,c; heal");
    }

    @Test
    void minutesHoursAndMegabitsAreUnderstood() {
        assertThat(Faults.parse("wait 2m; clock a +1h; slow a 2mbit"))
                .hasToString("wait 120s; clock a +3600s; slow a 2000kbit");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "jump a           # faults, at 1: expected wait, cut, heal, kill, stop, restart, pause, clock, loss,"
                        + " delay, duplicate, reorder, reset, down, up, slow, disk, power-cut, save, flip, truncate, stale,"
                        + " wipe, transfer, snapshot, add, promote or remove but found \"jump a\"",
                "wait 5x          # faults, at 6: expected a time such as 5s, 250ms or 2m but found \"5x\"",
                "wait 9999999999s # faults, at 6: expected a time such as 5s, 250ms or 2m but found \"9999999999s\"",
                "heal; wait       # faults, at 11: expected a time such as 5s, 250ms or 2m but found the end",
                "cut a            # faults, at 6: expected \"|\" or \">\" and another group but found the end",
                "cut a|           # faults, at 7: expected a member's name of 1 to 64 of A-Z a-z 0-9 . _ - but found"
                        + " the end",
                "cut a|b>c        # faults, at 8: expected either \"|\" or \">\", not both, but found \">c\"",
                "kill a b         # faults, at 8: expected \";\" between two steps but found \"b\"",
                "kill a,          # faults, at 8: expected a member's name of 1 to 64 of A-Z a-z 0-9 . _ - but found"
                        + " the end",
                "kill a,a         # faults, at 6: expected \"a\" stands twice in [a, a]; but found \"a,a\"",
                "kill others      # faults, at 6: expected members (\"others\" are those of links alone) but found"
                        + " \"others\"",
                "loss a|b         # faults, at 9: expected a share such as 30% but found the end",
                "loss a|b 101%    # faults, at 10: expected a share such as 30% but found \"101%\"",
                "slow a 5         # faults, at 8: expected a rate such as 512kbit, or off but found \"5\"",
                "slow a fast      # faults, at 8: expected a rate such as 512kbit, or off but found \"fast\"",
                "clock a 5s       # faults, at 9: expected \"+\" or \"-\" and a time but found \"5s\"",
                "disk a broken    # faults, at 8: expected ok, sync-error, write-error, slow-sync, no-space or full"
                        + " but found \"broken\"",
                "disk a sync-error at 5 # faults, at 19: expected \"after\" and a number but found \"at 5\"",
                "disk a write-error of 5 # faults, at 20: expected \"to\" and a part of a file's path but found"
                        + " \"of 5\"",
                "kill ä           # faults, at 6: expected a member's name of 1 to 64 of A-Z a-z 0-9 . _ - but found"
                        + " \"ä\""
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

    @Test
    void whoIsMeantIsAskedWhenItHappens() {
        assertThat(applied("kill leader; restart all; pause one,a 1s; kill c,leader"))
                .containsExactly(
                        "b killed",
                        "a restarted",
                        "b restarted",
                        "c restarted",
                        "c paused PT1S",
                        "a paused PT1S",
                        "c killed",
                        "b killed");
        assertThat(applied("cut leader>others")).containsExactly("b>a cut", "b>c cut");
        assertThat(applied("cut others|a")).containsExactly("b>a cut", "a>b cut", "c>a cut", "a>c cut");
    }

    @Test
    void aLinkOfOneToItselfIsNone() {
        assertThat(applied("cut leader>b,c")).containsExactly("b>c cut");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "stop a              # a Bare cannot stop a",
                "kill leader         # a Bare cannot tell who leads",
                "clock a +1s         # a Bare cannot set the clock of a",
                "loss a>b 3%         # a Bare cannot lose packets from a to b",
                "delay a>b 3s        # a Bare cannot delay what goes from a to b",
                "down a              # a Bare cannot pull the wire of a",
                "disk a sync-error   # a Bare cannot have the disk of a be sync-error",
                "power-cut a         # a Bare cannot cut the power of a",
                "flip a              # a Bare cannot flip files of a",
                "remove a            # a Bare cannot do what an operator would: remove a"
            })
    void whatATargetCannotDoItRefusesInOneLine(String text, String refusal) {
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> Faults.parse(text).applyTo(new Bare(new ArrayList<>())))
                .withMessage(refusal);
    }

    private static List<String> applied(String text) {
        List<String> log = new ArrayList<>();
        Faults.parse(text).applyTo(new Bare(log) {
            @Override
            public List<String> names() {
                return List.of("a", "b", "c");
            }

            @Override
            public String leader() {
                return "b";
            }

            @Override
            public String one() {
                return "c";
            }
        });
        return log;
    }

    /** Writes down what it is told, and can do no more than it must. */
    private static class Bare implements FaultTarget {
        private final List<String> log;

        Bare(List<String> log) {
            this.log = log;
        }

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
    }
}

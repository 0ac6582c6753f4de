package io.capstan.actors.internal.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.internal.store.Store.Change;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The power goes at every system call, and of what was not flushed any part may be left. What is found then is the state
 * after some number of writes: all that were acknowledged, none in part, none out of order; and it is never called a
 * loss.
 */
class PowerCutTest {
    // Of a disk that is written past the kernel's cache; otherwise sector by sector.
    private static final int PAGE = 4096;

    private static void requireAPrefix(List<List<String>> states, Machine machine, Machine.Found found, String replay) {
        assertThat(found.losses()).as(replay).isZero();
        int writes = states.indexOf(found.state());
        assertThat(writes)
                .as(replay + ": what is found is the state after as many writes as were acknowledged, or more")
                .isBetween(machine.acknowledged, machine.asked);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, PAGE})
    void atEveryCallWithEveryPartOfWhatWasNotFlushed(int page) {
        List<List<Change>> history = Machine.history(new Random(3), 30, 900);
        List<List<String>> states = Machine.states(history);
        Machine.Stopper counting = new Machine.Stopper(Integer.MAX_VALUE);
        Machine.run(history, counting, page);
        assertThat(counting.made()).isGreaterThan(60);
        int cuts = 0;
        for (int stop = 0; stop <= counting.made(); stop++) {
            Machine machine = Machine.run(history, new Machine.Stopper(stop), page);
            // The making of the files leaves 64 zero sectors unflushed, where 2^64 ways are the same but for two.
            int ways = 1 << Math.min(6, machine.disk.unflushed() + 2);
            for (int way = 0; way < ways; way++) {
                Machine.Found found = requireNonNull(machine.afterPowerCut(Machine.UNHINDERED, bits(way)));
                requireAPrefix(states, machine, found, "call " + stop + ", way " + way);
                cuts++;
            }
        }
        assertThat(cuts).isGreaterThan(500);
    }

    /** A frame that finds no room, once or more often, is written again in the same place. */
    @ParameterizedTest
    @ValueSource(ints = {0, PAGE})
    void alsoWhereWritesFindNoRoomNowAndThen(int page) {
        for (int seed = 1; seed <= 40; seed++) {
            Random random = new Random(seed);
            List<List<Change>> history = Machine.history(random, 60, 900);
            List<List<String>> states = Machine.states(history);
            Machine.Stopper stopper = new Machine.Stopper(random.nextInt(300));
            Random luck = new Random(seed);
            int[] refused = {0};
            ModelDisk.Calls calls = call -> {
                stopper.before(call);
                if (call.startsWith("write write-ahead-") && !call.endsWith(".new") && luck.nextInt(3) == 0) {
                    refused[0]++;
                    throw new IOException("No space left on device");
                }
            };
            Machine machine = Machine.run(history, calls, page);
            Machine.Found found = requireNonNull(machine.afterPowerCut(Machine.UNHINDERED, random::nextInt));
            requireAPrefix(states, machine, found, "seed " + seed + ", " + refused[0] + " refused");
        }
    }

    /** Takes the low bits first; then goes on with what they mix to. */
    private static IntUnaryOperator bits(int way) {
        int[] rest = {way};
        Random beyond = new Random(way);
        int[] used = {0};
        return n -> {
            if (used[0]++ < 6) {
                int bit = rest[0] & 1;
                rest[0] >>= 1;
                return bit == 0 ? 0 : n - 1;
            }
            return way == 0 ? 0 : beyond.nextInt(n);
        };
    }

    @Test
    void atAnyCallOfALongHistoryAndAgainDuringTheRecovery() {
        long first = Long.getLong("store.seed", 1);
        long seeds = Long.getLong("store.seeds", 40);
        for (long seed = first; seed < first + seeds; seed++) {
            Random random = new Random(seed);
            List<List<Change>> history = Machine.history(random, 200, 1500);
            List<List<String>> states = Machine.states(history);
            Machine machine = Machine.run(history, new Machine.Stopper(random.nextInt(900)), seed % 2 == 0 ? PAGE : 0);
            String replay = "replay: mvn -pl actors -am test -Dtest=PowerCutTest -Dstore.seed=" + seed;
            for (int cut = 0; cut < 20; cut++) {
                ModelDisk disk = machine.disk.afterPowerCut(Machine.UNHINDERED, random::nextInt);
                ModelEnvironment environment = machine.environment.copy(Machine.UNHINDERED);
                for (int again = random.nextInt(4); again > 0; again--) {
                    Machine.Stopper stopper = new Machine.Stopper(random.nextInt(30));
                    ModelDisk next = disk.afterPowerCut(stopper, random::nextInt);
                    ModelEnvironment same = environment.copy(stopper);
                    Machine.open(next, same);
                    disk = next.afterPowerCut(Machine.UNHINDERED, random::nextInt);
                    environment = same.copy(Machine.UNHINDERED);
                }
                requireAPrefix(states, machine, requireNonNull(Machine.open(disk, environment)), replay);
            }
        }
    }

    @Test
    void aKilledProcessLosesNothingItHadWritten() {
        List<List<Change>> history = Machine.history(new Random(4), 60, 900);
        List<List<String>> states = Machine.states(history);
        for (int stop = 0; stop < 160; stop++) {
            Machine machine = Machine.run(history, new Machine.Stopper(stop));
            ModelDisk disk = machine.disk.afterKill(Machine.UNHINDERED);
            Machine.Found found = requireNonNull(Machine.open(disk, machine.environment.copy(Machine.UNHINDERED)));
            requireAPrefix(states, machine, found, "call " + stop);
        }
    }

    @Test
    void whatIsLeftOfATornFrameIsNeverTakenForAPartOfALaterOne() {
        ModelDisk.Calls noFlush = call -> {
            if (call.equals("force write-ahead-0")) {
                throw new IOException("the power is gone");
            }
        };
        Machine first = Machine.run(List.of(twoBlocks(1)), noFlush);
        assertThat(first.disk.unflushed()).isEqualTo(2);
        ModelDisk itsSecondBlock = first.disk.afterPowerCut(noFlush, onlyBlock(2));

        Machine second = Machine.run(itsSecondBlock, first.environment.copy(Machine.UNHINDERED), List.of(twoBlocks(2)));
        assertThat(second.disk.unflushed()).isEqualTo(2);
        Machine.Found found = requireNonNull(second.afterPowerCut(Machine.UNHINDERED, onlyBlock(1)));

        assertThat(found.losses()).isZero();
        assertThat(found.state()).as("neither frame was written entirely").isEmpty();
    }

    private static List<Change> twoBlocks(int number) {
        byte[] value = new byte[700];
        Arrays.fill(value, (byte) number);
        return List.of(new Change.Put(Machine.SPACE, new byte[] {1}, value));
    }

    /** Of the sectors written since the last flush, this one alone is on the disk. */
    private static IntUnaryOperator onlyBlock(int kept) {
        int[] sector = {0};
        return ways -> ways == 2 && ++sector[0] == kept ? 1 : 0;
    }

    @Test
    void whoeverLosesPowerAgainAndAgainFindsWhatEachOfItsLivesHadAcknowledged() {
        long first = Long.getLong("store.seed", 1);
        long seeds = Long.getLong("store.seeds", 40);
        for (long seed = first; seed < first + seeds; seed++) {
            Random random = new Random(seed);
            String replay = "replay: mvn -pl actors -am test -Dtest=PowerCutTest -Dstore.seed=" + seed;
            ModelDisk disk = new ModelDisk(Machine.UNHINDERED, seed % 2 == 0 ? PAGE : 0);
            ModelEnvironment environment = new ModelEnvironment(Machine.UNHINDERED);
            ModelEnvironment.State base = environment.state();
            for (int life = 0; life < 12; life++) {
                // Half of the lives end in their first writes, of a block or two: only those could use a number twice.
                boolean brief = random.nextBoolean();
                List<List<Change>> history =
                        brief ? Machine.history(random, 3, 250) : Machine.history(random, 1 + random.nextInt(30), 900);
                List<List<String>> states = Machine.states(base, history);
                Machine.Stopper stopper = new Machine.Stopper(random.nextInt(brief ? 4 : 90));
                Machine machine =
                        Machine.run(disk.afterPowerCut(stopper, way -> 0), environment.copy(stopper), history);
                disk = machine.disk.afterPowerCut(Machine.UNHINDERED, random::nextInt);
                environment = machine.environment.copy(Machine.UNHINDERED);
                // Looked at in a copy: the next life opens what the last one left.
                Machine.Found found = requireNonNull(
                        Machine.open(disk.afterKill(Machine.UNHINDERED), environment.copy(Machine.UNHINDERED)));
                requireAPrefix(states, machine, found, "life " + life + ", " + replay);
                base = found.environment().state();
            }
        }
    }
}

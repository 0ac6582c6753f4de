package io.capstan.actors.internal.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.internal.store.Store.Change;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The disk changes what was written. Whatever it changes, acknowledged writes are there, or their loss is told. */
class DamageTest {
    private static final List<List<Change>> HISTORY = Machine.history(new Random(5), 45, 900);
    private static final List<List<String>> STATES = Machine.states(HISTORY);
    private static final List<String> ALL = STATES.get(HISTORY.size());

    private static Machine sound() {
        Machine machine = Machine.run(HISTORY, Machine.UNHINDERED);
        assertThat(machine.acknowledged).isEqualTo(HISTORY.size());
        return machine;
    }

    /** Opens it damaged: all is there, or a loss is told and what is there is the state before it. */
    private static Machine.Found judged(Machine machine, ModelDisk damaged, String what) {
        Machine.Found found = requireNonNull(Machine.open(damaged, machine.environment.copy(Machine.UNHINDERED)), what);
        if (found.losses() == 0) {
            assertThat(found.state()).as(what).isEqualTo(ALL);
        } else {
            assertThat(found.losses()).as(what).isEqualTo(1);
            assertThat(STATES).as(what).contains(found.state());
        }
        Machine.Found again = requireNonNull(Machine.open(damaged, found.environment()), what);
        assertThat(again.losses()).as("again: " + what).isEqualTo(found.losses());
        assertThat(again.state()).as("again: " + what).isEqualTo(found.state());
        return found;
    }

    @Test
    void aChangedBitAnywhereIsHarmlessOrTold() {
        Machine machine = sound();
        int step = Integer.getInteger("store.flips.step", 67);
        long told = 0;
        for (int file = 0; file < 2; file++) {
            for (int at = 0; at < Machine.FILE_BYTES; at += step) {
                ModelDisk disk = machine.disk.afterKill(Machine.UNHINDERED);
                disk.bytes(WriteAheadFile.name(file))[at] ^= (byte) (1 << (at % 8));
                told += judged(machine, disk, "file " + file + ", byte " + at).losses();
            }
        }
        assertThat(told).isPositive();
    }

    @Test
    void aBlockThatIsLostOrFoundElsewhereIsHarmlessOrTold() {
        Machine machine = sound();
        int blocks = (int) (Machine.FILE_BYTES / Blocks.BYTES);
        Random random = new Random(6);
        for (int block = 1; block < 2 * blocks; block++) {
            ModelDisk zeroed = machine.disk.afterKill(Machine.UNHINDERED);
            byte[] bytes = zeroed.bytes(WriteAheadFile.name(block / blocks));
            int at = block % blocks * Blocks.BYTES;
            byte[] garbage = new byte[Blocks.BYTES];
            random.nextBytes(garbage);
            System.arraycopy(garbage, 0, bytes, at, Blocks.BYTES);
            judged(machine, zeroed, "garbage in block " + block);

            ModelDisk misplaced = machine.disk.afterKill(Machine.UNHINDERED);
            byte[] from = misplaced.bytes(WriteAheadFile.name(random.nextInt(2)));
            int source = random.nextInt(blocks) * Blocks.BYTES;
            if (Blocks.zero(java.nio.ByteBuffer.wrap(from), source)) {
                // Of the last frame that is what a torn one looks like: see the next test.
                continue;
            }
            System.arraycopy(from, source, misplaced.bytes(WriteAheadFile.name(block / blocks)), at, Blocks.BYTES);
            judged(machine, misplaced, "another block in the place of " + block);
        }
    }

    @Test
    void aWriteThatTheDiskConfirmedAndForgotIsToldUnlessItWasTheVeryLast() {
        Machine machine = sound();
        int blocks = (int) (Machine.FILE_BYTES / Blocks.BYTES);
        long told = 0;
        for (int block = 1; block < 2 * blocks; block++) {
            ModelDisk zeroed = machine.disk.afterKill(Machine.UNHINDERED);
            int at = block % blocks * Blocks.BYTES;
            Arrays.fill(zeroed.bytes(WriteAheadFile.name(block / blocks)), at, at + Blocks.BYTES, (byte) 0);
            Machine.Found found = requireNonNull(
                    Machine.open(zeroed, machine.environment.copy(Machine.UNHINDERED)), "zeros in block " + block);
            told += found.losses();
            if (found.losses() == 0) {
                assertThat(found.state()).as("zeros in block " + block).isIn(ALL, STATES.get(HISTORY.size() - 1));
            }
        }
        assertThat(told).isPositive();
    }

    @Test
    void aFileThatIsDamagedWhileItIsMovedLeavesTheStateOfOneMoment() {
        for (int commits = 1; commits <= 8; commits++) {
            AtomicInteger left = new AtomicInteger(commits);
            Machine machine = Machine.run(HISTORY, call -> {
                if (call.equals("commit") && left.decrementAndGet() < 0) {
                    throw new IOException("the power is gone");
                }
            });
            ModelDisk damaged = machine.disk.afterKill(Machine.UNHINDERED);
            damaged.bytes(WriteAheadFile.name(0))[Blocks.BYTES + 40] ^= 1;
            Machine.Found found = requireNonNull(Machine.open(damaged, machine.environment.copy(Machine.UNHINDERED)));
            assertThat(STATES).as("after %d transactions", commits).contains(found.state());
        }
    }

    @Test
    void aChangedBitOfTheLastAcknowledgedFrameIsTold() {
        List<List<Change>> one = List.of(List.of(new Change.Put(Machine.SPACE, new byte[] {1}, new byte[700])));
        Machine machine = Machine.run(one, Machine.UNHINDERED);
        for (int bit = 0; bit < 2 * Blocks.BYTES * 8; bit += 31) {
            ModelDisk disk = machine.disk.afterKill(Machine.UNHINDERED);
            disk.bytes("write-ahead-0")[Blocks.BYTES + bit / 8] ^= (byte) (1 << bit % 8);
            Machine.Found found = requireNonNull(Machine.open(disk, machine.environment.copy(Machine.UNHINDERED)));
            assertThat(found.losses()).as("bit " + bit).isEqualTo(1);
        }
    }

    @Test
    void aLossIsToldOnceAndForAll() {
        Machine machine = sound();
        ModelDisk disk = machine.disk.afterKill(Machine.UNHINDERED);
        Arrays.fill(disk.bytes("write-ahead-0"), (byte) 0x55);
        Arrays.fill(disk.bytes("write-ahead-1"), (byte) 0x55);
        Machine.Found first = requireNonNull(Machine.open(disk, machine.environment.copy(Machine.UNHINDERED)));
        assertThat(first.losses()).isEqualTo(1);
        Machine.Found second = requireNonNull(Machine.open(disk, first.environment()));
        assertThat(second.losses()).isEqualTo(1);
        assertThat(second.state()).isEqualTo(first.state());
    }

    @Test
    void aMissingFileIsALossAndAMissingDatabaseIsRefused() {
        Machine machine = sound();
        ModelDisk disk = machine.disk.afterKill(Machine.UNHINDERED);
        assertThatThrownBy(() -> Machine.open(disk, new ModelEnvironment(Machine.UNHINDERED)))
                .isInstanceOfSatisfying(
                        StoreFailure.class, f -> assertThat(f.kind()).isEqualTo(StoreFailure.Kind.DAMAGED));
        assertThat(disk.exists("write-ahead-1")).isTrue();
        try {
            disk.delete("write-ahead-1");
        } catch (java.io.IOException never) {
            throw new AssertionError(never);
        }
        assertThat(requireNonNull(Machine.open(disk, machine.environment.copy(Machine.UNHINDERED)))
                        .losses())
                .isEqualTo(1);
    }

    @Test
    void filesOfANewerFormatAreRefusedAndLeftAlone() {
        Machine machine = sound();
        ModelDisk disk = machine.disk.afterKill(Machine.UNHINDERED);
        byte[] head = disk.bytes("write-ahead-0");
        head[8] = 2;
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(head, 0, Blocks.BYTES - 4);
        java.nio.ByteBuffer.wrap(head).putInt(Blocks.BYTES - 4, (int) crc.getValue());
        byte[] before = head.clone();

        assertThatThrownBy(() -> Machine.open(disk, machine.environment.copy(Machine.UNHINDERED)))
                .isInstanceOf(StoreFailure.class)
                .hasMessageContaining("has format 2");
        assertThat(disk.bytes("write-ahead-0")).isEqualTo(before);
    }

    @Test
    void theFilesAreWrittenAsAgreed() {
        List<List<Change>> history = List.of(
                List.of(
                        new Change.Put(Machine.SPACE, "k".getBytes(UTF_8), "value".getBytes(UTF_8)),
                        new Change.Delete(Machine.SPACE, "d".getBytes(UTF_8))),
                List.of(new Change.DeleteRange(Machine.SPACE, "a".getBytes(UTF_8), "b".getBytes(UTF_8))));
        byte[] file = Machine.run(history, Machine.UNHINDERED).disk.bytes("write-ahead-0");

        assertThat(hex(file, 0, 18)).as("head").isEqualTo("43415057414c0a00" + "01" + "00" + "0000000000000007");
        assertThat(hex(file, 508, 512)).as("its checksum").isEqualTo("c70f3b0b");
        assertThat(hex(file, 512, 532))
                .as("first block: checksum, sequence 1, part 0 of 1")
                .isEqualTo("79950ad0" + "0000000000000001" + "00000000" + "00000001");
        assertThat(hex(file, 532, 536)).as("its length").isEqualTo("0000001b");
        assertThat(hex(file, 536, 536 + 0x1b))
                .isEqualTo("01" + "0474657374" + "0001" + "6b" + "00000005" + "76616c7565" // put
                        + "02" + "0474657374" + "0001" + "64"); // delete
        assertThat(hex(file, 1024 + 4, 1024 + 12)).as("second frame").isEqualTo("0000000000000002");
        assertThat(hex(file, 1024 + 24, 1024 + 24 + 14))
                .isEqualTo("03" + "0474657374" + "0001" + "61" + "00000001" + "62");
        assertThat(HexFormat.of().formatHex(new StoreRecord(7, 1, 2).toBytes()))
                .isEqualTo("01" + "0000000000000007" + "0000000000000001" + "0000000000000002" + "bcd2b1ce");
    }

    private static String hex(byte[] bytes, int from, int to) {
        return HexFormat.of().formatHex(bytes, from, to);
    }

    @Test
    void whateverIsInTheFilesTheyAreReadWithoutHarm() {
        long seconds = Long.getLong("fuzz.seconds", 1);
        long seed = Long.getLong("store.seed", System.nanoTime());
        Random random = new Random(seed);
        Machine machine = sound();
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        for (long round = 0; System.nanoTime() < end; round++) {
            ModelDisk disk = machine.disk.afterKill(Machine.UNHINDERED);
            for (int i = random.nextInt(6); i >= 0; i--) {
                byte[] bytes = disk.bytes(WriteAheadFile.name(random.nextInt(2)));
                int at = random.nextInt(bytes.length);
                int length = Math.min(bytes.length - at, 1 << random.nextInt(12));
                if (random.nextBoolean()) {
                    for (int j = at; j < at + length; j++) {
                        bytes[j] = (byte) random.nextInt();
                    }
                } else {
                    System.arraycopy(
                            disk.bytes(WriteAheadFile.name(random.nextInt(2))),
                            random.nextInt(bytes.length - length + 1),
                            bytes,
                            at,
                            length);
                }
                reseal(bytes, at / Blocks.BYTES, random);
            }
            try {
                Machine.open(disk, machine.environment.copy(Machine.UNHINDERED));
            } catch (StoreFailure refused) {
                assertThat(refused).hasMessageContaining("has format");
            } catch (RuntimeException bug) {
                throw new AssertionError("round " + round + " of -Dstore.seed=" + seed, bug);
            }
        }
    }

    /** Now and then damage with a right checksum: what a bug would write, or an enemy. */
    private static void reseal(byte[] bytes, int block, Random random) {
        if (block > 0 && random.nextInt(2) == 0) {
            java.nio.ByteBuffer buffer = java.nio.ByteBuffer.wrap(bytes);
            int at = block * Blocks.BYTES;
            int file = random.nextInt(2);
            Blocks.seal(
                    buffer,
                    at,
                    Blocks.place(7, file, block),
                    random.nextInt(80),
                    random.nextInt(4) - 1,
                    random.nextInt(2) == 0 ? random.nextInt() : random.nextInt(5));
        }
    }
}

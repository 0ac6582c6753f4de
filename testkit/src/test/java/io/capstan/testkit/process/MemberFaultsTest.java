package io.capstan.testkit.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.capstan.testkit.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class MemberFaultsTest {
    @TempDir
    Path directory;

    @Test
    void aWallClockJumpsWhileTheMonotonicOneGoesOn() throws Exception {
        try (Trio trio = new Trio(directory, Instrument.CLOCKS)) {
            long[] before = clocks(trio, "a");
            trio.apply("clock a +1h");
            long[] after = clocks(trio, "a");
            assertThat(after[0] - before[0]).isBetween(3_600_000L, 3_700_000L);
            assertThat(after[1] - before[1]).isBetween(0L, 100_000_000_000L);
            assertThat(clocks(trio, "b")[0] - before[0]).isLessThan(1_000_000);

            trio.apply("clock a -1h");
            assertThat(clocks(trio, "a")[0] - before[0]).isLessThan(-3_000_000);
            trio.apply("heal");
            assertThat(clocks(trio, "a")[0] - before[0]).isBetween(0L, 100_000L);
        }
    }

    private static long[] clocks(Trio trio, String name) throws Exception {
        return Arrays.stream(trio.ask(name, "clock").split(" ", -1))
                .mapToLong(Long::parseLong)
                .toArray();
    }

    @Test
    void flushesFailAfterSoManyThatGoWellUntilTheDiskIsHealed() throws Exception {
        try (Trio trio = new Trio(directory, Instrument.DISK_SHIM)) {
            assertThat(trio.ask("a", "append 1")).startsWith("ok");
            trio.apply("disk a sync-error after 2");
            assertThat(trio.ask("a", "append 2")).startsWith("ok");
            assertThat(trio.ask("a", "append 3")).startsWith("ok");
            assertThat(trio.ask("a", "append 4")).startsWith("failed Input/output error");
            assertThat(trio.ask("a", "append 5")).startsWith("failed Input/output error");
            assertThat(trio.ask("a", "append-through 6")).startsWith("ok");
            assertThat(trio.ask("b", "append 1")).startsWith("ok");

            trio.apply("disk a ok");
            assertThat(trio.ask("a", "append 7")).startsWith("ok");
        }
    }

    @Test
    void writesThatAreFlushesOfTheirOwnFailAloneAlsoAfterARestart() throws Exception {
        try (Trio trio = new Trio(directory, Instrument.DISK_SHIM)) {
            trio.apply("disk a write-error; kill a");
            trio.restart("a");
            assertThat(trio.ask("a", "append-through 1")).startsWith("failed Input/output error");
            assertThat(trio.ask("a", "append 2")).startsWith("ok");

            trio.apply("heal");
            assertThat(trio.ask("a", "append-through 3")).startsWith("ok");
            assertThat(trio.written("a")).containsExactly("2", "3");
        }
    }

    @Test
    void flushesTakeLongerAndWritesFindNoSpace() throws Exception {
        try (Trio trio = new Trio(directory, Instrument.DISK_SHIM)) {
            trio.apply("disk a slow-sync 300ms");
            assertThat(Trio.millis(trio.ask("a", "append 1"))).isGreaterThanOrEqualTo(300);
            assertThat(Trio.millis(trio.ask("a", "append-through 2"))).isGreaterThanOrEqualTo(300);

            trio.apply("disk a no-space");
            assertThat(trio.ask("a", "append 3")).startsWith("failed No space left on device");
            trio.apply("heal");
            assertThat(trio.ask("a", "append 4")).startsWith("ok");
        }
    }

    @Test
    void aClockAndADiskAreFakedTogether() throws Exception {
        try (Trio trio = new Trio(directory, Instrument.CLOCKS, Instrument.DISK_SHIM)) {
            long before = clocks(trio, "a")[0];
            trio.apply("clock a +1h; disk a sync-error");
            assertThat(clocks(trio, "a")[0] - before).isGreaterThanOrEqualTo(3_600_000);
            assertThat(trio.ask("a", "append 1")).startsWith("failed");
        }
    }

    @Test
    void aFullDiskHasNoRoomUntilItIsHealed() throws Exception {
        try (Trio trio = new Trio(directory, Instrument.SMALL_DISKS)) {
            assertThat(trio.ask("a", "append 1")).startsWith("ok");
            trio.apply("disk a full");
            String page = "x".repeat(10_000);
            assertThat(trio.ask("a", "append " + page)).startsWith("failed No space left on device");
            assertThat(trio.ask("b", "append " + page)).startsWith("ok");

            trio.apply("heal");
            assertThat(trio.ask("a", "append " + page)).startsWith("ok");
        }
    }

    @Test
    void whenThePowerGoesWhatWasFlushedStaysAndWhatWasNotIsGone() throws Exception {
        try (Trio trio = new Trio(directory, Instrument.POWER)) {
            assertThat(trio.ask("a", "append 1")).startsWith("ok");
            assertThat(trio.ask("a", "append-lazily 2")).startsWith("ok");
            assertThat(trio.written("a")).containsExactly("1", "2");

            trio.apply("power-cut a");
            assertThat(trio.cluster.isRunning("a")).isFalse();
            assertThat(trio.written("a")).containsExactly("1");

            trio.restart("a");
            assertThat(trio.ask("a", "append 3")).startsWith("ok");
            assertThat(trio.written("a")).containsExactly("1", "3");
        }
        assertThat(Files.readString(Path.of("/proc/mounts"))).doesNotContain(directory.toString());
    }

    @Test
    void filesOfWhoDoesNotRunAreFlippedTruncatedPutBackAndWiped() throws Exception {
        try (Trio trio = new Trio(directory)) {
            trio.ask("a", "append one");
            trio.apply("save a");
            trio.ask("a", "append two");
            trio.apply("kill a; flip a");
            assertThat(trio.written("a")).isNotEqualTo(List.of("one", "two"));
            assertThat(trio.told).last().asString().matches("a: flipped bit [0-7] of byte [0-7] of written");

            trio.apply("stale a");
            assertThat(trio.written("a")).containsExactly("one");
            trio.apply("truncate a");
            assertThat(trio.told).last().asString().matches("a: truncated written from 4 to [0-3] bytes");
            trio.apply("wipe a");
            assertThat(trio.cluster.place("a").directory()).isEmptyDirectory();
            trio.restart("a");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"flip a", "truncate a", "stale a", "wipe a"})
    void filesOfWhoRunsAreNotTouched(String fault) throws Exception {
        try (Trio trio = new Trio(directory)) {
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> trio.apply(fault))
                    .withMessage(fault + ": it runs; kill it before");
        }
    }

    @Test
    void whatAKilledDriverLeftMountedIsTakenAwayByTheNext() throws Exception {
        try (Trio trio = new Trio(directory, Instrument.NAMESPACES, Instrument.POWER)) {
            assertThat(trio.cluster.missing()).isEmpty();
        }
        Path left = directory.resolve("left");
        List<String> flags = List.of("-Xmx64m", "-XX:TieredStopAtLevel=1");
        long pid;
        try (ChildProcess driver =
                ChildProcess.start(directory.resolve("driver"), flags, Leaving.class, left.toString())) {
            driver.answer("left");
            pid = driver.pid();
            assertThat(mounts()).contains(left.toString());
            driver.kill();
        }
        Await.until("the next takes it away", () -> {
            Instrument.NAMESPACES.missing();
            Instrument.POWER.missing();
            return !mounts().contains(left.toString())
                    && !Namespaces.ip("netns list").contains("capstan-" + pid + "-");
        });
    }

    @Test
    void whoIsPausedHasStoppedToTheLastThread() throws Exception {
        try (Trio trio = new Trio(directory)) {
            Path threads =
                    Path.of("/proc", String.valueOf(trio.cluster.child("a").pid()), "task");
            assumeTrue(Files.exists(threads));
            for (int i = 0; i < 20; i++) {
                trio.cluster.child("a").pause(true);
                assertThat(states(threads)).containsOnly("T (stopped)");
                trio.cluster.child("a").pause(false);
                assertThat(trio.ask("a", "clock")).isNotEmpty();
            }
        }
    }

    private static Set<String> states(Path threads) throws Exception {
        Set<String> states = new TreeSet<>();
        try (Stream<Path> each = Files.list(threads)) {
            for (Path thread : each.toList()) {
                Files.readAllLines(thread.resolve("status")).stream()
                        .filter(line -> line.startsWith("State:"))
                        .forEach(line ->
                                states.add(line.substring("State:".length()).strip()));
            }
        }
        return states;
    }

    private static String mounts() throws Exception {
        return Files.readString(Path.of("/proc/mounts"));
    }

    /** A driver that is killed with all it has made. */
    static final class Leaving {
        private Leaving() {}

        public static void main(String[] arguments) throws Exception {
            Path directory = Files.createDirectories(Path.of(arguments[0]));
            new Namespaces().add("left");
            Disk.small(Files.createDirectory(directory.resolve("small")), 1);
            Disk.withPower(Files.createDirectory(directory.resolve("power")), 8);
            System.out.println("left");
            int end = System.in.read();
            assert end < 0;
        }
    }
}

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
        try (Subjects subjects = new Subjects(directory, Instrument.CLOCKS)) {
            long[] before = clocks(subjects, "a");
            subjects.apply("clock a +1h");
            long[] after = clocks(subjects, "a");
            assertThat(after[0] - before[0]).isBetween(3_600_000L, 3_700_000L);
            assertThat(after[1] - before[1]).isBetween(0L, 100_000_000_000L);
            assertThat(clocks(subjects, "b")[0] - before[0]).isLessThan(1_000_000);

            subjects.apply("clock a -1h");
            assertThat(clocks(subjects, "a")[0] - before[0]).isLessThan(-3_000_000);
            subjects.apply("heal");
            assertThat(clocks(subjects, "a")[0] - before[0]).isBetween(0L, 100_000L);
        }
    }

    private static long[] clocks(Subjects subjects, String name) throws Exception {
        return Arrays.stream(subjects.ask(name, "clock").split(" ", -1))
                .mapToLong(Long::parseLong)
                .toArray();
    }

    @Test
    void flushesFailAfterSoManyThatGoWellUntilTheDiskIsHealed() throws Exception {
        try (Subjects subjects = new Subjects(directory, Instrument.DISK_SHIM)) {
            assertThat(subjects.ask("a", "append 1")).startsWith("ok");
            subjects.apply("disk a sync-error after 2");
            assertThat(subjects.ask("a", "append 2")).startsWith("ok");
            assertThat(subjects.ask("a", "append 3")).startsWith("ok");
            assertThat(subjects.ask("a", "append 4")).startsWith("failed Input/output error");
            assertThat(subjects.ask("a", "append 5")).startsWith("failed Input/output error");
            assertThat(subjects.ask("a", "append-through 6")).startsWith("ok");
            assertThat(subjects.ask("b", "append 1")).startsWith("ok");

            subjects.apply("disk a ok");
            assertThat(subjects.ask("a", "append 7")).startsWith("ok");
        }
    }

    @Test
    void writesThatAreFlushesOfTheirOwnFailAloneAlsoAfterARestart() throws Exception {
        try (Subjects subjects = new Subjects(directory, Instrument.DISK_SHIM)) {
            subjects.apply("disk a write-error; kill a");
            subjects.restart("a");
            assertThat(subjects.ask("a", "append-through 1")).startsWith("failed Input/output error");
            assertThat(subjects.ask("a", "append 2")).startsWith("ok");

            subjects.apply("heal");
            assertThat(subjects.ask("a", "append-through 3")).startsWith("ok");
            assertThat(subjects.written("a")).containsExactly("2", "3");
        }
    }

    @Test
    void aWriteErrorToOneFileLeavesTheOthersAlone() throws Exception {
        try (Subjects subjects = new Subjects(directory, Instrument.DISK_SHIM)) {
            subjects.apply("disk a write-error to data.mdb");
            assertThat(subjects.ask("a", "append-through 1")).startsWith("ok");
            subjects.apply("disk a write-error after 1 to written");
            assertThat(subjects.ask("a", "append-through 2")).startsWith("ok");
            assertThat(subjects.ask("a", "append-through 3")).startsWith("failed Input/output error");
        }
    }

    @Test
    void flushesTakeLongerAndWritesFindNoSpace() throws Exception {
        try (Subjects subjects = new Subjects(directory, Instrument.DISK_SHIM)) {
            subjects.apply("disk a slow-sync 300ms");
            assertThat(Subjects.millis(subjects.ask("a", "append 1"))).isGreaterThanOrEqualTo(300);
            assertThat(Subjects.millis(subjects.ask("a", "append-through 2"))).isGreaterThanOrEqualTo(300);

            subjects.apply("disk a no-space");
            assertThat(subjects.ask("a", "append 3")).startsWith("failed No space left on device");
            subjects.apply("heal");
            assertThat(subjects.ask("a", "append 4")).startsWith("ok");
        }
    }

    @Test
    void aClockAndADiskAreFakedTogether() throws Exception {
        try (Subjects subjects = new Subjects(directory, Instrument.CLOCKS, Instrument.DISK_SHIM)) {
            long before = clocks(subjects, "a")[0];
            subjects.apply("clock a +1h; disk a sync-error");
            assertThat(clocks(subjects, "a")[0] - before).isGreaterThanOrEqualTo(3_600_000);
            assertThat(subjects.ask("a", "append 1")).startsWith("failed");
        }
    }

    @Test
    void aFullDiskHasNoRoomUntilItIsHealed() throws Exception {
        try (Subjects subjects = new Subjects(directory, Instrument.SMALL_DISKS)) {
            assertThat(subjects.ask("a", "append 1")).startsWith("ok");
            subjects.apply("disk a full");
            String page = "x".repeat(10_000);
            assertThat(subjects.ask("a", "append " + page)).startsWith("failed No space left on device");
            assertThat(subjects.ask("b", "append " + page)).startsWith("ok");

            subjects.apply("heal");
            assertThat(subjects.ask("a", "append " + page)).startsWith("ok");
        }
    }

    @Test
    void whenThePowerGoesWhatWasFlushedStaysAndWhatWasNotIsGone() throws Exception {
        try (Subjects subjects = new Subjects(directory, Instrument.POWER)) {
            assertThat(subjects.ask("a", "append 1")).startsWith("ok");
            assertThat(subjects.ask("a", "append-lazily 2")).startsWith("ok");
            assertThat(subjects.written("a")).containsExactly("1", "2");

            subjects.apply("power-cut a");
            assertThat(subjects.cluster.isRunning("a")).isFalse();
            assertThat(subjects.written("a")).containsExactly("1");

            subjects.restart("a");
            assertThat(subjects.ask("a", "append 3")).startsWith("ok");
            assertThat(subjects.written("a")).containsExactly("1", "3");
        }
        assertThat(Files.readString(Path.of("/proc/mounts"))).doesNotContain(directory.toString());
    }

    @Test
    void filesOfWhoDoesNotRunAreFlippedTruncatedPutBackAndWiped() throws Exception {
        try (Subjects subjects = new Subjects(directory)) {
            subjects.ask("a", "append one");
            subjects.apply("save a");
            subjects.ask("a", "append two");
            subjects.apply("kill a; flip a");
            assertThat(subjects.written("a")).isNotEqualTo(List.of("one", "two"));
            assertThat(subjects.told).last().asString().matches("a: flipped bit [0-7] of byte [0-7] of written");

            subjects.apply("stale a");
            assertThat(subjects.written("a")).containsExactly("one");
            subjects.apply("truncate a");
            assertThat(subjects.told).last().asString().matches("a: truncated written from 4 to [0-3] bytes");
            subjects.apply("wipe a");
            assertThat(subjects.cluster.place("a").directory()).isEmptyDirectory();
            subjects.restart("a");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"flip a", "truncate a", "stale a", "wipe a"})
    void filesOfWhoRunsAreNotTouched(String fault) throws Exception {
        try (Subjects subjects = new Subjects(directory)) {
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> subjects.apply(fault))
                    .withMessage(fault + ": it runs; kill it before");
        }
    }

    @Test
    void whatAKilledDriverLeftMountedIsTakenAwayByTheNext() throws Exception {
        try (Subjects subjects = new Subjects(directory, Instrument.NAMESPACES, Instrument.POWER)) {
            assertThat(subjects.cluster.missing()).isEmpty();
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
        try (Subjects subjects = new Subjects(directory)) {
            Path threads =
                    Path.of("/proc", String.valueOf(subjects.cluster.child("a").pid()), "task");
            assumeTrue(Files.exists(threads));
            for (int i = 0; i < 20; i++) {
                subjects.cluster.child("a").pause(true);
                assertThat(states(threads)).containsOnly("T (stopped)");
                subjects.cluster.child("a").pause(false);
                assertThat(subjects.ask("a", "clock")).isNotEmpty();
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

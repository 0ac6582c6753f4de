package io.capstan.actors.internal.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.testkit.DiskState;
import io.capstan.testkit.process.Disk;
import io.capstan.testkit.process.DiskShim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real processes on real file systems. {@code -Dstore.kills=200} kills more often; {@code -Dstore.real=on}, as root on
 * Linux with a C compiler, adds power cuts of an ext4 file system, flushes that fail and a disk that is full.
 */
class RealDiskTest {
    private static final int EDQUOT = 122;

    @TempDir
    Path temp;

    @Test
    void nothingAcknowledgedIsLostHoweverOftenTheProcessIsKilled() throws Exception {
        Random random = new Random();
        long found = -1;
        for (int kill = Integer.getInteger("store.kills", 2); kill > 0; kill--) {
            try (WorkloadProcess process = WorkloadProcess.start(temp.resolve("node"), Map.of())) {
                long acknowledged = process.acknowledgeMore(1 + random.nextInt(4000));
                found = WorkloadProcess.judge(temp.resolve("node"), process.kill(acknowledged));
            }
        }
        assertThat(found).isPositive();
    }

    @Test
    @EnabledIfSystemProperty(named = "store.real", matches = "on")
    void nothingAcknowledgedIsLostWhenThePowerGoes() throws Exception {
        Path mount = Files.createDirectory(temp.resolve("mount"));
        Random random = new Random();
        try (Disk disk = Disk.withPower(mount, 64)) {
            for (int cut = Integer.getInteger("store.cuts", 10); cut > 0; cut--) {
                long acknowledged;
                try (WorkloadProcess process = WorkloadProcess.start(mount.resolve("node"), Map.of())) {
                    acknowledged = process.acknowledgeMore(1 + random.nextInt(4000));
                    disk.powerOff();
                    acknowledged = process.kill(acknowledged);
                }
                disk.powerOn();
                WorkloadProcess.judge(mount.resolve("node"), acknowledged);
            }
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "store.real", matches = "on")
    void aFlushThatFailsEndsTheStoreAndLosesNothing() throws Exception {
        DiskShim shim = shim();
        List<DiskState> errors = List.of(new DiskState.SyncError(0), new DiskState.WriteError(0));
        for (int round = 0; round < 6; round++) {
            shim.set(new DiskState.Ok());
            try (WorkloadProcess process = WorkloadProcess.start(temp.resolve("node"), shim.environment())) {
                long acknowledged = process.acknowledgeMore(500);
                shim.set(errors.get(round % 2));
                acknowledged = Math.max(acknowledged, process.acknowledgeMore(Long.MAX_VALUE));
                assertThat(process.ended()).as(errors.get(round % 2).toString()).isEqualTo("FAILED");
                process.kill(acknowledged);
                WorkloadProcess.judge(temp.resolve("node"), acknowledged);
            }
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "store.real", matches = "on")
    void aFullDiskRefusesAndHealsByItself() throws Exception {
        Path mount = Files.createDirectory(temp.resolve("small"));
        try (Disk disk = Disk.small(mount, 16);
                WorkloadProcess process = WorkloadProcess.start(mount.resolve("node"), Map.of())) {
            long acknowledged = process.acknowledgeMore(100);
            disk.full(true);
            acknowledged = Math.max(acknowledged, process.acknowledgeMore(Long.MAX_VALUE));
            assertThat(process.ended()).isEqualTo("DISK_FULL");
            disk.full(false);
            String line = "";
            long more = -1;
            while (more <= acknowledged) {
                more = process.acknowledgeMore(1);
                line = process.ended();
            }
            assertThat(line).isEqualTo("DISK_FULL");
            WorkloadProcess.judge(mount.resolve("node"), process.kill(more));
        }
    }

    /** The system's answer to a write beyond somebody's quota is another than to one on a full disk, and means the same. */
    @ParameterizedTest
    @ValueSource(strings = {"data.mdb", "node"})
    @EnabledIfSystemProperty(named = "store.real", matches = "on")
    void wantOfQuotaIsAFullDiskAndHealsByItself(String file) throws Exception {
        DiskShim shim = shim();
        try (WorkloadProcess process = WorkloadProcess.start(temp.resolve("node"), shim.environment())) {
            long acknowledged = process.acknowledgeMore(100);
            // Whatever LMDB writes, as the write-ahead files have their length already; or those too.
            shim.refuseWrites(EDQUOT, file);
            acknowledged = Math.max(acknowledged, process.acknowledgeMore(Long.MAX_VALUE));
            assertThat(process.ended()).isEqualTo("DISK_FULL");
            shim.set(new DiskState.Ok());
            long more = -1;
            while (more <= acknowledged) {
                more = process.acknowledgeMore(1);
            }
            WorkloadProcess.judge(temp.resolve("node"), process.kill(more));
        }
    }

    /**
     * A loop device over an image with holes, on a file system that has no room for them: what was written before can be
     * written again, all else fails with EIO, the journal's blocks too, after which ext4 takes no more writes at all.
     */
    @Test
    @EnabledIfSystemProperty(named = "store.real", matches = "on")
    void aDeviceThatFailsAndAFileSystemThatTurnsReadOnlyEndTheStoreAndLoseNothing() throws Exception {
        Path small = Files.createDirectory(temp.resolve("small"));
        Path mount = Files.createDirectory(temp.resolve("mount"));
        try (Disk room = Disk.small(small, 24)) {
            Path image = small.resolve("image");
            run("truncate", "-s", "200M", image.toString());
            run("mkfs.ext4", "-q", "-E", "lazy_itable_init=1,lazy_journal_init=1", image.toString());
            run("mount", "-o", "loop,errors=remount-ro,commit=1", image.toString(), mount.toString());
            long acknowledged;
            try (WorkloadProcess process = WorkloadProcess.start(mount.resolve("node"), Map.of())) {
                acknowledged = process.acknowledgeMore(3_000);
                room.full(true);
                // Some kernels say that the device has no room, until the journal's blocks fail too.
                do {
                    acknowledged = Math.max(acknowledged, process.acknowledgeMore(Long.MAX_VALUE));
                } while (process.ended().equals("DISK_FULL"));
                assertThat(process.ended()).isEqualTo("FAILED");
                acknowledged = process.kill(acknowledged);
                run("umount", mount.toString());
                room.full(false);
            }
            run("mount", "-o", "loop", image.toString(), mount.toString());
            try {
                WorkloadProcess.judge(mount.resolve("node"), acknowledged);
            } finally {
                run("umount", mount.toString());
            }
        }
    }

    private DiskShim shim() throws IOException {
        return new DiskShim(temp, temp.resolve("shim"), temp.resolve("node"));
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor())
                .as(String.join(" ", command) + ": " + output)
                .isZero();
    }
}

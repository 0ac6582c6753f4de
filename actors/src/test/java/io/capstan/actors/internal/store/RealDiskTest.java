package io.capstan.actors.internal.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes on real file systems. {@code -Dstore.kills=200} kills more often; {@code -Dstore.real=on}, as root on
 * Linux with a C compiler, adds power cuts of an ext4 file system, flushes that fail and a disk that is full.
 */
class RealDiskTest {
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
        Path image = temp.resolve("image");
        Path mount = Files.createDirectory(temp.resolve("mount"));
        run("dd", "if=/dev/zero", "of=" + image, "bs=1M", "count=64");
        run("mkfs.ext4", "-q", image.toString());
        Random random = new Random();
        for (int cut = Integer.getInteger("store.cuts", 10); cut > 0; cut--) {
            run("mount", "-o", "loop", image.toString(), mount.toString());
            long acknowledged;
            try (WorkloadProcess process = WorkloadProcess.start(mount.resolve("node"), Map.of())) {
                acknowledged = process.acknowledgeMore(1 + random.nextInt(4000));
                // EXT4_IOC_SHUTDOWN without flushing the journal: from here on nothing reaches the disk.
                run(
                        "python3",
                        "-c",
                        "import fcntl,os,struct,sys; fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587d,"
                                + " struct.pack('I', 2))",
                        mount.toString());
                acknowledged = process.kill(acknowledged);
            }
            run("umount", mount.toString());
            run("mount", "-o", "loop", image.toString(), mount.toString());
            try {
                WorkloadProcess.judge(mount.resolve("node"), acknowledged);
            } finally {
                run("umount", mount.toString());
            }
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "store.real", matches = "on")
    void aFlushThatFailsEndsTheStoreAndLosesNothing() throws Exception {
        Path trigger = temp.resolve("trigger");
        Path shim = shim("""
                #define _GNU_SOURCE
                #include <dlfcn.h>
                #include <errno.h>
                #include <fcntl.h>
                #include <stdlib.h>
                #include <unistd.h>
                static int fails(void) {
                    if (access(getenv("SHIM_TRIGGER"), F_OK) != 0) return 0;
                    errno = EIO;
                    return 1;
                }
                int fdatasync(int fd) {
                    return fails() ? -1 : ((int (*)(int)) dlsym(RTLD_NEXT, "fdatasync"))(fd);
                }
                int fsync(int fd) { return fails() ? -1 : ((int (*)(int)) dlsym(RTLD_NEXT, "fsync"))(fd); }
                /* A write past the kernel's cache is its own flush. */
                ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) {
                    if ((fcntl(fd, F_GETFL) & O_DSYNC) && fails()) return -1;
                    return ((ssize_t (*)(int, const void *, size_t, off64_t)) dlsym(RTLD_NEXT, "pwrite64"))
                            (fd, bytes, size, at);
                }
                """);
        for (int round = 0; round < 5; round++) {
            Files.deleteIfExists(trigger);
            Map<String, String> shimmed = Map.of("LD_PRELOAD", shim.toString(), "SHIM_TRIGGER", trigger.toString());
            try (WorkloadProcess process = WorkloadProcess.start(temp.resolve("node"), shimmed)) {
                long acknowledged = process.acknowledgeMore(500);
                Files.createFile(trigger);
                acknowledged = Math.max(acknowledged, process.acknowledgeMore(Long.MAX_VALUE));
                assertThat(process.ended()).isEqualTo("FAILED");
                process.kill(acknowledged);
                WorkloadProcess.judge(temp.resolve("node"), acknowledged);
            }
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "store.real", matches = "on")
    void aFullDiskRefusesAndHealsByItself() throws Exception {
        Path mount = Files.createDirectory(temp.resolve("small"));
        run("mount", "-t", "tmpfs", "-o", "size=16m", "none", mount.toString());
        try (WorkloadProcess process = WorkloadProcess.start(mount.resolve("node"), Map.of())) {
            long acknowledged = process.acknowledgeMore(100);
            Path ballast = mount.resolve("ballast");
            fill(ballast);
            acknowledged = Math.max(acknowledged, process.acknowledgeMore(Long.MAX_VALUE));
            assertThat(process.ended()).isEqualTo("DISK_FULL");
            Files.delete(ballast);
            String line = "";
            long more = -1;
            while (more <= acknowledged) {
                more = process.acknowledgeMore(1);
                line = process.ended();
            }
            assertThat(line).isEqualTo("DISK_FULL");
            WorkloadProcess.judge(mount.resolve("node"), process.kill(more));
        } finally {
            run("umount", "-l", mount.toString());
        }
    }

    /** The system's answer to a write beyond somebody's quota is another than to one on a full disk, and means the same. */
    @Test
    @EnabledIfSystemProperty(named = "store.real", matches = "on")
    void wantOfQuotaIsAFullDiskAndHealsByItself() throws Exception {
        Path trigger = temp.resolve("trigger");
        Path shim = shim("""
                #define _GNU_SOURCE
                #include <dlfcn.h>
                #include <errno.h>
                #include <stdio.h>
                #include <stdlib.h>
                #include <string.h>
                #include <sys/uio.h>
                #include <unistd.h>
                /* Whatever LMDB writes: the write-ahead files have their length already. */
                static int refused(int fd) {
                    char link[64], path[4096];
                    if (access(getenv("SHIM_TRIGGER"), F_OK) != 0) return 0;
                    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
                    ssize_t length = readlink(link, path, sizeof path - 1);
                    if (length < 0) return 0;
                    path[length] = 0;
                    if (!strstr(path, "data.mdb")) return 0;
                    errno = EDQUOT;
                    return 1;
                }
                #define NEXT(type, name) ((type) dlsym(RTLD_NEXT, name))
                typedef ssize_t (*at)(int, const void *, size_t, off64_t);
                typedef ssize_t (*many)(int, const struct iovec *, int);
                ssize_t pwrite(int fd, const void *bytes, size_t size, off64_t to) {
                    return refused(fd) ? -1 : NEXT(at, "pwrite")(fd, bytes, size, to);
                }
                ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t to) {
                    return refused(fd) ? -1 : NEXT(at, "pwrite64")(fd, bytes, size, to);
                }
                ssize_t writev(int fd, const struct iovec *pieces, int count) {
                    return refused(fd) ? -1 : NEXT(many, "writev")(fd, pieces, count);
                }
                """);
        Map<String, String> shimmed = Map.of("LD_PRELOAD", shim.toString(), "SHIM_TRIGGER", trigger.toString());
        try (WorkloadProcess process = WorkloadProcess.start(temp.resolve("node"), shimmed)) {
            long acknowledged = process.acknowledgeMore(100);
            Files.createFile(trigger);
            acknowledged = Math.max(acknowledged, process.acknowledgeMore(Long.MAX_VALUE));
            assertThat(process.ended()).isEqualTo("DISK_FULL");
            Files.delete(trigger);
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
        run("mount", "-t", "tmpfs", "-o", "size=24m", "none", small.toString());
        try {
            Path image = small.resolve("image");
            run("truncate", "-s", "200M", image.toString());
            run("mkfs.ext4", "-q", "-E", "lazy_itable_init=1,lazy_journal_init=1", image.toString());
            run("mount", "-o", "loop,errors=remount-ro,commit=1", image.toString(), mount.toString());
            long acknowledged;
            try (WorkloadProcess process = WorkloadProcess.start(mount.resolve("node"), Map.of())) {
                acknowledged = process.acknowledgeMore(3_000);
                Path ballast = small.resolve("ballast");
                fill(ballast);
                // Some kernels say that the device has no room, until the journal's blocks fail too.
                do {
                    acknowledged = Math.max(acknowledged, process.acknowledgeMore(Long.MAX_VALUE));
                } while (process.ended().equals("DISK_FULL"));
                assertThat(process.ended()).isEqualTo("FAILED");
                acknowledged = process.kill(acknowledged);
                run("umount", mount.toString());
                Files.delete(ballast);
            }
            run("mount", "-o", "loop", image.toString(), mount.toString());
            try {
                WorkloadProcess.judge(mount.resolve("node"), acknowledged);
            } finally {
                run("umount", mount.toString());
            }
        } finally {
            run("umount", "-l", small.toString());
        }
    }

    /** What takes the place of the C library's functions in a process that is started with it. */
    private Path shim(String code) throws IOException, InterruptedException {
        Path source = temp.resolve("shim.c");
        Path shim = temp.resolve("shim.so");
        Files.writeString(source, code, UTF_8);
        run("gcc", "-shared", "-fPIC", "-o", shim.toString(), source.toString(), "-ldl");
        return shim;
    }

    private static void fill(Path ballast) {
        byte[] megabyte = new byte[4096];
        try (var out = Files.newOutputStream(ballast)) {
            while (true) {
                out.write(megabyte);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor())
                .as(String.join(" ", command) + ": " + output)
                .isZero();
    }
}

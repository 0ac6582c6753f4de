package io.capstan.testkit.process;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * A small file system of its own, mounted on a directory; ends with us. In memory, so that it can be full in an instant; or an
 * ext4 on an image behind a loop device, whose power can be cut. Needs Linux and root.
 *
 * <p>Mounts outlive processes: those of an owner that was killed are taken away by the next who makes one.
 */
public final class Disk implements AutoCloseable {
    private static final int BUSY_ATTEMPTS_MAX = 500;
    private static final long BUSY_NANOS = 10_000_000;
    private static final int FULL_ATTEMPTS_MAX = 100;

    private final Path directory;
    private final int megabytes;
    // Of an ext4 only.
    private final Optional<Path> image;
    private final Optional<Path> cutter;

    private Disk(Path directory, int megabytes, Optional<Path> image, Optional<Path> cutter) {
        this.directory = directory;
        this.megabytes = megabytes;
        this.image = image;
        this.cutter = cutter;
    }

    /** Why this machine does not let us mount the one in memory, in one line. */
    public static Optional<String> missingSmall() {
        return missing(
                "small disks: need root on Linux, or " + Command.AS_ROOT_OF_ITS_OWN, directory -> small(directory, 1));
    }

    /** The same of the one on an image. */
    public static Optional<String> missingPower() {
        for (String needed : List.of("gcc", "mkfs.ext4")) {
            if (!Command.exists(needed)) {
                return Optional.of("power cuts: there is no " + needed);
            }
        }
        return missing("power cuts: need root on Linux", directory -> withPower(directory, 8));
    }

    private interface Mounting {
        Disk mount(Path directory) throws IOException;
    }

    private static Optional<String> missing(String what, Mounting mounting) {
        try {
            Path tried = Files.createTempDirectory("capstan-disk-");
            Path mount = Files.createDirectory(tried.resolve("mount"));
            try {
                mounting.mount(mount).close();
            } finally {
                FileDamage.remove(tried);
            }
            return Optional.empty();
        } catch (IOException refused) {
            return Optional.of(what + "; " + refused.getMessage());
        }
    }

    /** In memory. */
    public static Disk small(Path directory, int megabytes) throws IOException {
        removeOrphans();
        Command.run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", Owned.name(), directory.toString());
        return new Disk(directory, megabytes, Optional.empty(), Optional.empty());
    }

    /** On an image beside the directory, behind a loop device. */
    public static Disk withPower(Path directory, int megabytes) throws IOException {
        removeOrphans();
        Path beside = Objects.requireNonNull(directory.toAbsolutePath().getParent(), "a disk needs room beside it");
        Path cutter = CSource.compile("power-cut.c", beside);
        Path image = beside.resolve(Owned.name() + "-" + directory.getFileName() + ".ext4");
        Command.run("truncate", "-s", megabytes + "M", image.toString());
        Command.run("mkfs.ext4", "-q", image.toString());
        Disk disk = new Disk(directory, megabytes, Optional.of(image), Optional.of(cutter));
        disk.mountImage();
        Files.deleteIfExists(directory.resolve("lost+found"));
        return disk;
    }

    private void mountImage() throws IOException {
        Command.run("mount", "-o", "loop", image.orElseThrow().toString(), directory.toString());
    }

    /** From here on nothing reaches the disk, until {@link #powerOn}. */
    public void powerOff() throws IOException {
        if (cutter.isEmpty()) {
            throw new UnsupportedOperationException("a disk in memory has no power to cut");
        }
        Command.run(cutter.get().toString(), directory.toString());
    }

    /** Whoever had files open there has ended: the disk shows what had reached it. */
    public void powerOn() throws IOException {
        unmount();
        mountImage();
    }

    /**
     * Leaves no room, or as much as there was. In memory only.
     *
     * @throws IOException also when others wrote so fast that no moment was found
     */
    public void full(boolean full) throws IOException {
        if (image.isPresent()) {
            throw new UnsupportedOperationException("a disk whose power can be cut is not filled");
        }
        IOException last = null;
        for (int attempt = 0; attempt < FULL_ATTEMPTS_MAX; attempt++) {
            FileStore store = Files.getFileStore(directory);
            String size = full ? String.valueOf(store.getTotalSpace() - store.getUnallocatedSpace()) : megabytes + "m";
            try {
                Command.run("mount", "-o", "remount,size=" + size, directory.toString());
                if (!full || Files.getFileStore(directory).getUnallocatedSpace() == 0) {
                    return;
                }
            } catch (IOException grownMeanwhile) {
                last = grownMeanwhile;
            }
        }
        throw new IOException("no moment was found at which " + directory + " could be full", last);
    }

    private void unmount() throws IOException {
        for (int attempt = 0; ; attempt++) {
            try {
                Command.run("umount", directory.toString());
                return;
            } catch (IOException busy) {
                // Whoever was killed there may not be gone yet for the kernel.
                if (attempt == BUSY_ATTEMPTS_MAX
                        || !String.valueOf(busy.getMessage()).contains("busy")) {
                    throw busy;
                }
                LockSupport.parkNanos(BUSY_NANOS);
            }
        }
    }

    private static void removeOrphans() throws IOException {
        Path mounts = Path.of("/proc/mounts");
        if (!Files.exists(mounts)) {
            return;
        }
        for (String line : Files.readAllLines(mounts)) {
            String[] words = line.split(" ", 3);
            if (Owned.isOrphan(words[0]) || Owned.isOrphan(backing(words[0]))) {
                try {
                    Command.run("umount", "-l", words[1]);
                } catch (IOException anotherWasFaster) {
                    // It is gone, which is what counts; if it is not, whoever looks next tries again.
                }
            }
        }
    }

    /** The image of a loop device; empty if it is none. */
    private static String backing(String device) throws IOException {
        Path file = Path.of("/sys/block", Path.of(device).getFileName() + "", "loop/backing_file");
        return device.startsWith("/dev/loop") && Files.exists(file)
                ? Files.readString(file).strip()
                : "";
    }

    @Override
    public void close() throws IOException {
        unmount();
        if (image.isPresent()) {
            Files.deleteIfExists(image.get());
        }
    }
}

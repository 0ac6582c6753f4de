package io.capstan.actors.internal.store;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A folder of the operating system. */
public final class Folder implements Disk {
    // The unit of what goes past the kernel's cache: what the cache itself would write.
    private static final int PAGE = 4096;

    private final Path path;
    // Looked up once: it reads the system's whole table of mounts, which every block of a snapshot paid for.
    private final FileStore device;

    private Folder(Path path) throws IOException {
        this.path = path;
        device = Files.getFileStore(path);
    }

    /** Makes it, for its owner alone, when it is not there; its own name is made durable by its parent. */
    static Folder in(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            Files.createDirectory(path, mode(path.toAbsolutePath().getRoot(), "rwx------"));
        }
        return new Folder(path);
    }

    /** The attribute that gives a new file or folder {@code mode}, where the file system knows modes. */
    public static FileAttribute<?>[] mode(Path where, String mode) {
        return where.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
                : new FileAttribute<?>[0];
    }

    /** A file's name is durable only once its directory was flushed. */
    public static void syncNames(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public Handle create(String name) throws IOException {
        return new OpenFile(
                FileChannel.open(
                        path.resolve(name),
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
                        mode(path, "rw-------")),
                false);
    }

    @Override
    public Handle open(String name) throws IOException {
        return new OpenFile(
                FileChannel.open(path.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE), false);
    }

    @Override
    public Handle openThrough(String name) throws IOException {
        Path file = path.resolve(name);
        long unit = device.getBlockSize();
        if (unit > PAGE || PAGE % unit != 0 || Files.size(file) % PAGE != 0) {
            return open(name);
        }
        try {
            FileChannel channel = FileChannel.open(
                    file,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DSYNC,
                    ExtendedOpenOption.DIRECT);
            return new OpenFile(channel, true);
        } catch (IOException | UnsupportedOperationException notHere) {
            return open(name);
        }
    }

    @Override
    public boolean exists(String name) {
        return Files.exists(path.resolve(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(
                path.resolve(from),
                path.resolve(to),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(path.resolve(name));
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Override
    public void syncNames() throws IOException {
        syncNames(path);
    }

    @Override
    public long usableBytes() throws IOException {
        return device.getUsableSpace();
    }

    /** @param through whether a write returns when it is on the disk, as fdatasync would leave it (O_DSYNC) */
    private record OpenFile(FileChannel channel, boolean through) implements Handle {
        @Override
        public int unit() {
            return through ? PAGE : Blocks.BYTES;
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            long at = position;
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
        }

        @Override
        public void read(ByteBuffer bytes, long position) throws IOException {
            long at = position;
            while (bytes.hasRemaining()) {
                int read = channel.read(bytes, at);
                if (read < 0) {
                    return;
                }
                at += read;
            }
        }

        @Override
        public void force() throws IOException {
            if (!through) {
                // fdatasync: the length too is made durable when it changed, the time stamps are not.
                channel.force(false);
            }
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException nothingIsLost) {
                // What had to be durable was forced, and its force was looked at.
            }
        }
    }
}

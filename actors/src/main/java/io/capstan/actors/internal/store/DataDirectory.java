package io.capstan.actors.internal.store;

import io.capstan.actors.NodeId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's directory: this process's alone, and this node's alone.
 *
 * <pre>
 *   lock    held as long as the node runs; what it holds is the operating system's business
 *   stamp   format version and node name ({@link Stamp})
 *   write-ahead/   {@link WriteAhead}
 *   lmdb/   the environment
 *   snapshots/   {@link SnapshotFiles}
 * </pre>
 *
 * <p>The directory is made with mode 0700, files with 0600, where the file system knows modes. Never on a network file
 * system: LMDB's map is not coherent there.
 */
final class DataDirectory implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DataDirectory.class);

    // A POSIX lock belongs to the process, and closing any other channel of the same file gives it up. So a second
    // opening in this process must be refused before it touches the file.
    private static final Set<Path> OPEN_HERE = new HashSet<>();

    private final Path directory;
    private final FileChannel channel;
    private final Stamp stamp;

    private DataDirectory(Path directory, FileChannel channel, Stamp stamp) {
        this.directory = directory;
        this.channel = channel;
        this.stamp = stamp;
    }

    /**
     * Locks the directory, making and stamping it when it is not there.
     *
     * @throws StoreFailure one line with cause and cure when it cannot be this node's, UNUSABLE_DIRECTORY or
     *     NEWER_FORMAT
     */
    static DataDirectory open(Path path, String nodeName) {
        NodeId.requireName(nodeName);
        Path directory = make(path);
        claimWithinProcess(directory);
        FileChannel channel = null;
        try {
            channel = lock(directory);
            Stamp stamp = checkStamp(directory, nodeName);
            if (!Files.isDirectory(directory.resolve("lmdb"))) {
                Files.createDirectory(directory.resolve("lmdb"), Folder.mode(directory, "rwx------"));
            }
            return new DataDirectory(directory, channel, stamp);
        } catch (IOException | RuntimeException refused) {
            closeQuietly(channel);
            giveUpWithinProcess(directory);
            throw refused instanceof IOException io ? unusable(path, io) : (RuntimeException) refused;
        }
    }

    private static Path make(Path path) {
        try {
            if (Files.exists(path) && !Files.isDirectory(path)) {
                throw refuse("data directory " + path + " is a file: name a directory in capstan.actors.directory");
            }
            if (!Files.exists(path)) {
                Path parent = path.toAbsolutePath().getParent();
                if (parent != null) {
                    // Whatever the umask: who may write there could put another directory in this one's place.
                    Files.createDirectories(parent, Folder.mode(parent.getRoot(), "rwxr-xr-x"));
                }
                Files.createDirectory(path, Folder.mode(path.toAbsolutePath().getRoot(), "rwx------"));
            } else {
                warnOfOthers(path);
            }
            return path.toRealPath();
        } catch (IOException failed) {
            throw unusable(path, failed);
        }
    }

    /** What somebody else made stays as it is: it may be a mount, or more than ours. */
    private static void warnOfOthers(Path path) throws IOException {
        if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
            if (!mode.endsWith("------")) {
                log.warn(
                        "data directory {} is open to others ({}): chmod 700 it, unless that is meant; what Capstan makes in"
                                + " it is this user's alone",
                        path,
                        mode);
            }
        }
    }

    private static void claimWithinProcess(Path directory) {
        synchronized (OPEN_HERE) {
            if (!OPEN_HERE.add(directory)) {
                throw refuse(
                        "data directory " + directory
                                + " is in use by another node of this process: give each node its own capstan.actors.directory");
            }
        }
    }

    private static void giveUpWithinProcess(Path directory) {
        synchronized (OPEN_HERE) {
            OPEN_HERE.remove(directory);
        }
    }

    private static FileChannel lock(Path directory) throws IOException {
        FileChannel channel = FileChannel.open(
                directory.resolve("lock"),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                Folder.mode(directory, "rw-------"));
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw refuse("data directory " + directory
                        + " is in use by another process: stop that one, or set capstan.actors.directory");
            }
            return channel;
        } catch (IOException | RuntimeException refused) {
            channel.close();
            throw refused;
        }
    }

    private static Stamp checkStamp(Path directory, String nodeName) throws IOException {
        Path file = directory.resolve("stamp");
        if (Files.exists(file)) {
            Stamp stamp = Stamp.read(file, directory);
            String owner = stamp.nodeName();
            if (!owner.equals(nodeName)) {
                throw refuse("data directory " + directory + " belongs to node " + owner + ", not to " + nodeName
                        + ": start it under its own name, or set capstan.actors.directory");
            }
            return stamp;
        }
        if (Files.exists(directory.resolve("lmdb"))) {
            throw refuse("data directory " + directory
                    + " holds data but no stamp telling whose: restore the file stamp, or use an empty directory");
        }
        Stamp stamp = new Stamp(Stamp.VERSION, nodeName);
        writeStamp(directory, stamp);
        return stamp;
    }

    private static void writeStamp(Path directory, Stamp stamp) throws IOException {
        Path draft = directory.resolve("stamp.new");
        Files.deleteIfExists(draft);
        Files.createFile(draft, Folder.mode(directory, "rw-------"));
        Files.write(draft, stamp.toBytes(), StandardOpenOption.WRITE, StandardOpenOption.SYNC);
        Files.move(
                draft, directory.resolve("stamp"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Folder.syncNames(directory);
    }

    /** Called when everything stands as this version has it: from here on an older one would not find all of it. */
    void finish() throws IOException {
        syncNames();
        if (stamp.version() < Stamp.VERSION) {
            writeStamp(directory, new Stamp(Stamp.VERSION, stamp.nodeName()));
        }
    }

    private static StoreFailure unusable(Path path, IOException cause) {
        String why = cause instanceof AccessDeniedException
                ? "access denied"
                : cause instanceof FileSystemException file && file.getReason() != null
                        ? file.getReason()
                        : cause.toString();
        return refuse("data directory " + path + " cannot be used (" + why
                + "): make it writable for this user, or set capstan.actors.directory");
    }

    private static StoreFailure refuse(String message) {
        return new StoreFailure(StoreFailure.Kind.UNUSABLE_DIRECTORY, message);
    }

    private static void closeQuietly(@org.jspecify.annotations.Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException alreadyRefused) {
                // The refusal under way says more.
            }
        }
    }

    Stamp stamp() {
        return stamp;
    }

    /** Where the environment lives. */
    Path lmdb() {
        return directory.resolve("lmdb");
    }

    /** Where the write-ahead files live. */
    Path writeAhead() {
        return directory.resolve("write-ahead");
    }

    /** Where snapshots live. */
    Path snapshots() {
        return directory.resolve("snapshots");
    }

    /** Makes the names of the files made in it durable. */
    void syncNames() {
        try {
            Folder.syncNames(lmdb());
            Folder.syncNames(directory);
        } catch (IOException failed) {
            throw unusable(directory, failed);
        }
    }

    /** Gives the directory up. Idempotent. */
    @Override
    public void close() {
        closeQuietly(channel);
        giveUpWithinProcess(directory);
    }
}

package io.capstan.actors.internal.store;

import io.capstan.actors.internal.store.Store.Space;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A stopped node's store, read without changing anything: LMDB, and over it what the write-ahead files hold. It holds
 * the directory's lock meanwhile.
 */
public final class StoreInspection implements StoreReader, AutoCloseable {
    private final DataDirectory directory;
    private final Environment environment;
    private final Overlay pending = new Overlay();
    private final long losses;
    private final long frames;
    private final @Nullable String loss;
    private final Snapshots snapshots;

    /**
     * Opens it.
     *
     * @throws StoreFailure UNUSABLE_DIRECTORY, NEWER_FORMAT or DAMAGED; also while a node runs on it
     */
    public static StoreInspection open(Path path, StoreSettings settings) {
        DataDirectory directory = DataDirectory.open(path, nodeName(path));
        Environment environment = null;
        try {
            environment = LmdbEnvironment.open(directory.lmdb(), settings);
            return new StoreInspection(directory, environment);
        } catch (IOException | RuntimeException refused) {
            if (environment != null) {
                environment.close();
            }
            directory.close();
            throw refused instanceof StoreFailure failure
                    ? failure
                    : new StoreFailure(
                            StoreFailure.Kind.UNUSABLE_DIRECTORY,
                            "data directory " + path + " cannot be read (" + refused.getMessage() + ")");
        }
    }

    /**
     * Whose a directory is.
     *
     * @throws StoreFailure UNUSABLE_DIRECTORY when it is nobody's, or NEWER_FORMAT
     */
    public static String nodeName(Path path) {
        Path stamp = path.resolve("stamp");
        try {
            if (Files.exists(stamp)) {
                return Stamp.read(stamp, path).nodeName();
            }
        } catch (IOException unreadable) {
            throw new StoreFailure(
                    StoreFailure.Kind.UNUSABLE_DIRECTORY, stamp + " cannot be read (" + unreadable.getMessage() + ")");
        }
        throw new StoreFailure(
                StoreFailure.Kind.UNUSABLE_DIRECTORY,
                path
                        + " is no node's data directory: it has no file stamp. A node prints its directory when it starts");
    }

    private StoreInspection(DataDirectory directory, Environment environment) throws IOException {
        this.directory = directory;
        this.environment = environment;
        StoreRecord record = StoreRecord.read(environment);
        snapshots = SnapshotFiles.inspect(directory.snapshots());
        if (record == null) {
            losses = 0;
            frames = 0;
            loss = WriteAhead.everUsed(Folder.in(directory.writeAhead())) ? WriteAhead.LMDB_LOST : null;
            return;
        }
        try (WriteAhead.Files files = new WriteAhead.Files(Folder.in(directory.writeAhead()))) {
            Recovery recovery = Recovery.read(files.handles, record.identity(), record.first());
            loss = WriteAhead.replay(recovery, pending);
            frames = recovery.frames().size();
            losses = record.losses() + (loss == null ? 0 : 1);
        }
    }

    /** The node's name. */
    public String node() {
        return directory.stamp().nodeName();
    }

    /** The format of the directory. */
    public int format() {
        return directory.stamp().version();
    }

    /** How many frames the write-ahead files hold that LMDB does not. */
    public long frames() {
        return frames;
    }

    /**
     * What is wrong with the write-ahead files; null when nothing is. The next opening will count it as a loss, or is
     * refused when it is LMDB's file that is lost.
     */
    public @Nullable String loss() {
        return loss;
    }

    /** To be read only. */
    public Snapshots snapshots() {
        return snapshots;
    }

    @Override
    public long losses() {
        return losses;
    }

    @Override
    public byte @Nullable [] get(Space space, byte[] key) {
        Overlay.Point point = pending.find(space, key);
        if (point != null) {
            return point.value();
        }
        try (Environment.Reading reading = environment.reading()) {
            reading.begin();
            return reading.get(space, key);
        }
    }

    @Override
    public void scan(Space space, byte[] from, byte[] to, Visitor visitor) {
        if (Arrays.compareUnsigned(from, to) >= 0) {
            return;
        }
        try (Environment.Reading reading = environment.reading()) {
            reading.begin();
            Consumer<Visitor> lmdb = below -> reading.scan(space, from, to, below);
            pending.slice(space, from, to, Integer.MAX_VALUE).mergeWith(to, lmdb, visitor);
        }
    }

    @Override
    public void close() {
        environment.close();
        directory.close();
    }
}

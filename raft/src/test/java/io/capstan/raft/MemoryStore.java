package io.capstan.raft;

import io.capstan.actors.internal.store.SnapshotFiles;
import io.capstan.actors.internal.store.Snapshots;
import io.capstan.actors.internal.store.Store;
import io.capstan.actors.internal.store.StoreFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A store whose flushes a test can hold back or have fail, and that can be full; a crash loses whatever was not flushed. */
public final class MemoryStore implements Store {
    private record Write(List<Change> changes, Completion completion) {}

    private final Map<String, NavigableMap<byte[], byte[]>> accepted = new HashMap<>();
    private final Map<String, NavigableMap<byte[], byte[]>> durable;
    private final ArrayDeque<Write> unflushed = new ArrayDeque<>();
    private final Thread writer = new Thread(this::run, "memory-store");
    private final Path folder;
    private final Snapshots snapshots;
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private boolean held;
    private boolean full;
    private boolean closed;

    public MemoryStore() {
        this(new HashMap<>(), temporary());
    }

    private MemoryStore(Map<String, NavigableMap<byte[], byte[]>> disk, Path folder) {
        durable = disk;
        this.folder = folder;
        snapshots = SnapshotFiles.open(folder, 0);
        disk.forEach((name, space) -> accepted.put(name, copy(space)));
        writer.setDaemon(true);
        writer.start();
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory(Temporary.FOLDER, "store");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The snapshots of all stores of this JVM, gone when it goes. */
    private static final class Temporary {
        static final Path FOLDER = make();

        private static Path make() {
            try {
                Path folder = Files.createTempDirectory("capstan-snapshots");
                Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder), "delete-snapshots"));
                return folder;
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        private static void delete(Path folder) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(each);
                }
            } catch (IOException failed) {
                System.err.println("left behind: " + folder + ", " + failed);
            }
        }
    }

    private static NavigableMap<byte[], byte[]> copy(NavigableMap<byte[], byte[]> space) {
        NavigableMap<byte[], byte[]> copy = new TreeMap<>(Arrays::compareUnsigned);
        copy.putAll(space);
        return copy;
    }

    /** From now on nothing becomes durable, or everything again. */
    synchronized void hold(boolean hold) {
        held = hold;
        notifyAll();
    }

    /** From now on there is room for what is vital only, or for everything again. */
    void full(boolean is) {
        synchronized (this) {
            full = is;
        }
        if (!is) {
            watchers.forEach(Watcher::roomAgain);
        }
    }

    /** A flush fails, and nothing is written any more. */
    void fail() {
        close();
        StoreFailure failure = new StoreFailure(StoreFailure.Kind.FAILED, "a flush failed, on purpose");
        watchers.forEach(watcher -> watcher.failed(failure));
    }

    /** What a new process finds after this one was killed. */
    synchronized MemoryStore afterCrash() {
        close();
        Map<String, NavigableMap<byte[], byte[]>> disk = new HashMap<>();
        durable.forEach((name, space) -> disk.put(name, copy(space)));
        return new MemoryStore(disk, folder);
    }

    private void run() {
        while (true) {
            Write next;
            synchronized (this) {
                while (!closed && (held || unflushed.isEmpty())) {
                    try {
                        wait();
                    } catch (InterruptedException never) {
                        throw new IllegalStateException(never);
                    }
                }
                if (closed) {
                    return;
                }
                next = unflushed.remove();
                apply(next.changes(), durable);
            }
            next.completion().durable();
        }
    }

    private static void apply(List<Change> changes, Map<String, NavigableMap<byte[], byte[]>> spaces) {
        for (Change change : changes) {
            NavigableMap<byte[], byte[]> space =
                    spaces.computeIfAbsent(change.space().name(), name -> new TreeMap<>(Arrays::compareUnsigned));
            if (change instanceof Change.Put put) {
                space.put(put.key(), put.value());
            } else if (change instanceof Change.Delete delete) {
                space.remove(delete.key());
            } else if (change instanceof Change.DeleteRange range
                    && Arrays.compareUnsigned(range.from(), range.to()) < 0) {
                space.subMap(range.from(), range.to()).clear();
            }
        }
    }

    @Override
    public synchronized void write(List<Change> changes, Completion completion) {
        if (full) {
            throw new StoreFailure(StoreFailure.Kind.DISK_FULL, "full, on purpose");
        }
        writeVital(changes, completion);
    }

    @Override
    public synchronized void writeVital(List<Change> changes, Completion completion) {
        if (closed) {
            throw new StoreFailure(StoreFailure.Kind.CLOSED, "closed");
        }
        apply(changes, accepted);
        unflushed.add(new Write(changes, completion));
        notifyAll();
    }

    @Override
    public long writeBytesMax() {
        return 1024 * 1024;
    }

    @Override
    public Runnable watch(Watcher watcher) {
        watchers.add(watcher);
        return () -> watchers.remove(watcher);
    }

    @Override
    public Snapshots snapshots() {
        return snapshots;
    }

    @Override
    public long losses() {
        return 0;
    }

    @Override
    public synchronized byte @Nullable [] get(Space space, byte[] key) {
        NavigableMap<byte[], byte[]> entries = accepted.get(space.name());
        return entries == null ? null : entries.get(key);
    }

    @Override
    public synchronized void scan(Space space, byte[] from, byte[] to, Visitor visitor) {
        NavigableMap<byte[], byte[]> entries = accepted.get(space.name());
        if (entries == null || Arrays.compareUnsigned(from, to) >= 0) {
            return;
        }
        for (Map.Entry<byte[], byte[]> entry : entries.subMap(from, to).entrySet()) {
            if (!visitor.visit(entry.getKey(), entry.getValue())) {
                return;
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}

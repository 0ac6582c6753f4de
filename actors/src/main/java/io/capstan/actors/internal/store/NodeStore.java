package io.capstan.actors.internal.store;

import io.capstan.actors.internal.store.Environment.OutOfSpace;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store of one node: a bounded queue, and one thread that commits whatever arrived during its last flush.
 *
 * <p>A commit costs two flushes whether it carries one write or five hundred; so under load the batch grows by itself
 * and the cost of a write falls.
 */
public final class NodeStore implements Store {
    private static final Logger LOG = LoggerFactory.getLogger(NodeStore.class);

    private record Write(long number, List<Change> changes, long bytes, Completion completion) {}

    private final StoreSettings settings;
    private final Environment environment;
    private final Runnable release;
    private final Thread writer;

    // One lock for the queue and the overlay. It is never held during I/O.
    private final Object lock = new Object();
    private final ArrayDeque<Write> queue = new ArrayDeque<>();
    private final Overlay overlay = new Overlay();
    private long queuedBytes;
    private long lastWrite;
    private boolean closing;
    private @Nullable StoreFailure finished;
    private @Nullable StoreFailure diskFull;
    private final Set<Watcher> watchers = new CopyOnWriteArraySet<>();
    private final Snapshots snapshots;

    /**
     * Opens the store of node {@code nodeName} in {@code directory}, making both when they are not there.
     *
     * @throws StoreFailure UNUSABLE_DIRECTORY or NEWER_FORMAT, one line with cause and cure
     */
    public static NodeStore open(Path directory, String nodeName, StoreSettings settings) {
        DataDirectory owned = DataDirectory.open(directory, nodeName);
        try {
            Environment environment = LmdbEnvironment.open(owned.lmdb(), settings);
            Snapshots snapshots = SnapshotFiles.open(owned.snapshots(), settings.snapshotFreeBytesMin());
            owned.syncNames();
            return new NodeStore(settings, environment, snapshots, owned::close, "capstan-store-" + nodeName);
        } catch (RuntimeException refused) {
            owned.close();
            throw refused instanceof StoreFailure
                    ? refused
                    : new StoreFailure(
                            StoreFailure.Kind.UNUSABLE_DIRECTORY,
                            "LMDB cannot open data directory " + directory + " (" + refused.getMessage()
                                    + "): restore it from a backup, or use an empty directory");
        }
    }

    NodeStore(
            StoreSettings settings, Environment environment, Snapshots snapshots, Runnable release, String threadName) {
        this.settings = settings;
        this.environment = environment;
        this.snapshots = snapshots;
        this.release = release;
        writer = new Thread(this::run, threadName);
        writer.setDaemon(true);
        writer.start();
    }

    @Override
    public void write(List<Change> changes, Completion completion) {
        write(changes, completion, false);
    }

    @Override
    public void writeVital(List<Change> changes, Completion completion) {
        write(changes, completion, true);
    }

    @Override
    public long writeBytesMax() {
        return settings.queueBytesMax();
    }

    @Override
    public Runnable watch(Watcher watcher) {
        watchers.add(watcher);
        synchronized (lock) {
            if (finished != null && finished.kind() == StoreFailure.Kind.FAILED) {
                watcher.failed(finished);
            } else if (diskFull != null) {
                watcher.full(diskFull);
            }
        }
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

    private void write(List<Change> changes, Completion completion, boolean vital) {
        long bytes = checkedBytes(changes);
        synchronized (lock) {
            if (finished != null) {
                throw finished;
            }
            if (closing) {
                throw closed();
            }
            if (diskFull != null && !vital) {
                throw diskFull;
            }
            if (queuedBytes + bytes > settings.queueBytesMax()) {
                throw new StoreFailure(
                        StoreFailure.Kind.OVERLOADED,
                        "capstan.actors.store.queue-bytes-max = " + settings.queueBytesMax()
                                + " bytes wait for the disk already: try again later");
            }
            Write write = new Write(++lastWrite, changes, bytes, completion);
            queue.add(write);
            queuedBytes += bytes;
            overlay.accept(write.number(), changes);
            lock.notifyAll();
        }
    }

    private long checkedBytes(List<Change> changes) {
        long bytes = 0;
        for (Change change : changes) {
            if (change instanceof Change.Put put) {
                bytes += checkedKey(put.key()) + put.value().length;
            } else if (change instanceof Change.Delete delete) {
                bytes += checkedKey(delete.key());
            } else if (change instanceof Change.DeleteRange range) {
                bytes += range.from().length + range.to().length;
            }
        }
        if (bytes > settings.queueBytesMax()) {
            throw new IllegalArgumentException("a write of " + bytes
                    + " bytes never fits capstan.actors.store.queue-bytes-max = " + settings.queueBytesMax());
        }
        return bytes;
    }

    private static int checkedKey(byte[] key) {
        if (key.length < 1 || key.length > KEY_BYTES_MAX) {
            throw new IllegalArgumentException("a key has 1 to " + KEY_BYTES_MAX + " bytes, got " + key.length);
        }
        return key.length;
    }

    @Override
    public byte @Nullable [] get(Space space, byte[] key) {
        checkedKey(key);
        try (Environment.Reading reading = environment.reading()) {
            synchronized (lock) {
                refuseWhenFailed();
                Overlay.Point point = overlay.find(space, key);
                if (point != null) {
                    byte[] value = point.value();
                    return value == null ? null : value.clone();
                }
                // Under the lock, so that what leaves the overlay from now on is in the state that is read.
                reading.begin();
            }
            return reading.get(space, key);
        }
    }

    @Override
    public void scan(Space space, byte[] from, byte[] to, Visitor visitor) {
        try (Environment.Reading reading = environment.reading()) {
            Overlay.Slice pending;
            synchronized (lock) {
                refuseWhenFailed();
                pending = overlay.slice(space, from, to);
                reading.begin();
            }
            pending.mergeWith(committed -> reading.scan(space, from, to, committed), visitor);
        }
    }

    private void refuseWhenFailed() {
        if (finished != null) {
            throw finished;
        }
    }

    private void run() {
        List<Write> batch = List.of();
        try {
            while (true) {
                batch = nextBatch();
                if (batch.isEmpty()) {
                    return;
                }
                if (!commit(batch)) {
                    fail(batch, closed());
                    return;
                }
                settle(batch);
            }
        } catch (InterruptedException nobodyElseHasThisThread) {
            fail(batch, failed("its writer thread was interrupted"));
        } catch (Throwable failure) {
            LOG.error("the node's store failed and writes no more: restart the node", failure);
            fail(batch, failed(failure.toString()));
        }
    }

    /** Whatever waits, up to the batch limit; empty when the store closes and nothing waits. */
    private List<Write> nextBatch() throws InterruptedException {
        synchronized (lock) {
            while (queue.isEmpty() && !closing) {
                lock.wait();
            }
            List<Write> batch = new ArrayList<>();
            long bytes = 0;
            while (!queue.isEmpty() && (batch.isEmpty() || bytes + queue.peek().bytes() <= settings.batchBytesMax())) {
                Write write = queue.remove();
                bytes += write.bytes();
                batch.add(write);
            }
            return batch;
        }
    }

    /** Returns false when the store closes while the disk is full. */
    private boolean commit(List<Write> batch) throws InterruptedException {
        List<Change> changes = new ArrayList<>();
        for (Write write : batch) {
            changes.addAll(write.changes());
        }
        while (!changes.isEmpty()) {
            try {
                environment.commit(changes);
                break;
            } catch (OutOfSpace full) {
                synchronized (lock) {
                    if (diskFull == null) {
                        diskFull = new StoreFailure(
                                StoreFailure.Kind.DISK_FULL,
                                "the node's store cannot write (" + full.getMessage()
                                        + "): make room; accepted writes wait, new ones are refused until then");
                        LOG.warn("{}", diskFull.getMessage());
                        StoreFailure why = diskFull;
                        watchers.forEach(watcher -> watcher.full(why));
                    }
                    if (closing) {
                        return false;
                    }
                    lock.wait(settings.fullRetry().toMillis() + 1);
                }
            }
        }
        return true;
    }

    private void settle(List<Write> batch) {
        synchronized (lock) {
            for (Write write : batch) {
                overlay.committed(write.number(), write.changes());
                queuedBytes -= write.bytes();
            }
            if (diskFull != null) {
                LOG.info("the node's store writes again");
                diskFull = null;
                watchers.forEach(Watcher::roomAgain);
            }
        }
        for (Write write : batch) {
            tell(write, null);
        }
    }

    private void fail(List<Write> batch, StoreFailure failure) {
        List<Write> waiting = new ArrayList<>(batch);
        synchronized (lock) {
            finished = failure;
            waiting.addAll(queue);
            queue.clear();
        }
        for (Write write : waiting) {
            tell(write, failure);
        }
        if (failure.kind() == StoreFailure.Kind.FAILED) {
            watchers.forEach(watcher -> watcher.failed(failure));
        }
    }

    private static void tell(Write write, @Nullable StoreFailure failure) {
        try {
            if (failure == null) {
                write.completion().durable();
            } else {
                write.completion().failed(failure);
            }
        } catch (Throwable bug) {
            // One listener's bug must not keep the others from hearing.
            LOG.error("a completion of the node's store threw", bug);
        }
    }

    private static StoreFailure closed() {
        return new StoreFailure(StoreFailure.Kind.CLOSED, "the node's store is closed");
    }

    private static StoreFailure failed(String cause) {
        return new StoreFailure(
                StoreFailure.Kind.FAILED,
                "the node's store failed (" + cause + ") and writes no more: restart the node once the disk is sound");
    }

    @Override
    public void close() {
        synchronized (lock) {
            closing = true;
            lock.notifyAll();
        }
        if (Thread.currentThread() == writer) {
            throw new IllegalStateException("a completion must not close the store");
        }
        boolean interrupted = false;
        while (writer.isAlive()) {
            try {
                writer.join();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        environment.close();
        release.run();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

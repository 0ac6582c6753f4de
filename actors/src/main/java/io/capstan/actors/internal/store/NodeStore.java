package io.capstan.actors.internal.store;

import io.capstan.actors.internal.store.Environment.OutOfSpace;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store of one node: a bounded queue, one thread that flushes whatever arrived during its last flush into a
 * write-ahead file, and one that moves full files into LMDB.
 *
 * <p>A flush costs the same whether it carries one write or five hundred; so under load the batch grows by itself and
 * the cost of a write falls.
 */
public final class NodeStore implements Store {
    private static final Logger LOG = LoggerFactory.getLogger(NodeStore.class);
    // Keys that a read copies at a time out of what is not in LMDB yet.
    private static final int PAGE = 512;

    private record Write(Segment segment, List<Change> changes, long bytes, Completion completion) {
        long blocks() {
            return blocks(bytes);
        }

        static long blocks(long bytes) {
            return bytes == 0 ? 0 : Blocks.needed(Frames.HEAD_BYTES + bytes);
        }
    }

    private final StoreSettings settings;
    private final Environment environment;
    private final WriteAhead writeAhead;
    private final Snapshots snapshots;
    private final Runnable release;
    private final Checkpointer checkpointer;
    private final FullRetry retry;
    private final Thread writer;

    // One lock for the queue and the overlays. It is never held during I/O.
    private final Object lock = new Object();
    private final ArrayDeque<Write> queue = new ArrayDeque<>();
    private final Health health;
    private final SlowSyncs slowSyncs;
    private Segment active;
    private Overlay recent = new Overlay();
    // The content of the file that is being moved into LMDB, or waits for its last writes.
    private @Nullable Overlay frozen;
    private StoreFigures figures = StoreFigures.NONE;
    private boolean closing;

    /**
     * Opens the store of node {@code nodeName} in {@code directory}, making both when they are not there.
     *
     * @throws StoreFailure one line with cause and cure: UNUSABLE_DIRECTORY, NEWER_FORMAT, DAMAGED, or DISK_FULL
     */
    public static NodeStore open(Path directory, String nodeName, StoreSettings settings) {
        DataDirectory owned = DataDirectory.open(directory, nodeName);
        Environment environment = null;
        try {
            environment = LmdbEnvironment.open(owned.lmdb(), settings);
            Disk disk = Folder.in(owned.writeAhead());
            owned.syncNames();
            WriteAhead writeAhead =
                    WriteAhead.open(disk, environment, settings.blocks() * Blocks.BYTES, new SecureRandom()::nextLong);
            Snapshots snapshots = SnapshotFiles.open(owned.snapshots(), settings.snapshotFreeBytesMin());
            owned.finish();
            return new NodeStore(settings, environment, writeAhead, snapshots, owned::close, nodeName);
        } catch (IOException | OutOfSpace | RuntimeException refused) {
            if (environment != null) {
                environment.close();
            }
            owned.close();
            throw refused instanceof StoreFailure failure ? failure : StoreFailure.atOpening(directory, refused);
        }
    }

    NodeStore(
            StoreSettings settings,
            Environment environment,
            WriteAhead writeAhead,
            Snapshots snapshots,
            Runnable release,
            String nodeName) {
        this.settings = settings;
        this.environment = environment;
        this.writeAhead = writeAhead;
        this.snapshots = snapshots;
        this.release = release;
        health = new Health(nodeName);
        slowSyncs = new SlowSyncs(nodeName, settings.slowSync());
        String threadName = "capstan-store-" + nodeName;
        active = new Segment(0, settings.blocks());
        retry = new FullRetry(settings.fullRetry());
        checkpointer = new Checkpointer(environment, settings.fullRetry(), new Moves(), threadName + "-checkpoint");
        writer = new Thread(this::run, threadName);
        writer.setDaemon(true);
        writer.start();
    }

    @Override
    public void write(List<Change> changes, Completion completion) {
        write(changes, completion, settings.reserveBlocks());
    }

    @Override
    public void writeVital(List<Change> changes, Completion completion) {
        write(changes, completion, 0);
    }

    private void write(List<Change> changes, Completion completion, long reserve) {
        long bytes = Weight.of(changes, reserve == 0 ? VITAL_BYTES_MAX : writeBytesMax());
        long blocks = Write.blocks(bytes);
        synchronized (lock) {
            if (closing) {
                throw closed();
            }
            health.requireRoom(reserve == 0);
            if (!active.promise(blocks, reserve)) {
                if (frozen != null) {
                    throw health.refuse("both write-ahead files are full (capstan.actors.store.write-ahead-bytes = "
                            + settings.writeAheadBytes() + ")");
                }
                changeFiles();
                active.promise(blocks, reserve);
            }
            queue.add(new Write(active, changes, bytes, completion));
            recent.accept(changes);
            lock.notifyAll();
        }
    }

    /** The active file is full with what it was promised: the other takes over. */
    private void changeFiles() {
        Overlay content = recent;
        // Once the last write it was promised is in the file, it can be moved.
        queue.add(new Write(active, List.of(), 0, new Completion() {
            @Override
            public void durable() {
                checkpointer.begin(content, writeAhead.recordHere());
            }

            @Override
            public void failed(StoreFailure failure) {}
        }));
        frozen = content;
        recent = new Overlay();
        active = new Segment(1 - active.file(), settings.blocks());
    }

    @Override
    public long writeBytesMax() {
        return settings.writeBytesMax();
    }

    @Override
    public Runnable watch(Watcher watcher) {
        return health.watch(watcher);
    }

    @Override
    public Snapshots snapshots() {
        return snapshots;
    }

    @Override
    public long losses() {
        return writeAhead.losses();
    }

    /** What it did since it was opened. */
    public StoreFigures figures() {
        synchronized (lock) {
            return figures;
        }
    }

    @Override
    public byte @Nullable [] get(Space space, byte[] key) {
        Weight.requireKey(key);
        try (Environment.Reading reading = environment.reading()) {
            synchronized (lock) {
                health.requireSound();
                Overlay.Point point = recent.find(space, key);
                if (point == null && frozen != null) {
                    point = frozen.find(space, key);
                }
                if (point != null) {
                    byte[] value = point.value();
                    return value == null ? null : value.clone();
                }
                // Under the lock, so that what leaves the overlays from now on is in the state that is read.
                reading.begin();
            }
            return reading.get(space, key);
        }
    }

    @Override
    public void scan(Space space, byte[] from, byte[] to, Visitor visitor) {
        boolean[] stopped = {false};
        Visitor watched = (key, value) -> {
            stopped[0] = !visitor.visit(key, value);
            return !stopped[0];
        };
        byte[] at = from;
        do {
            at = scanPage(space, at, to, watched);
        } while (!stopped[0] && Arrays.compareUnsigned(at, to) < 0);
    }

    /** One page is one state; returns where the next begins. */
    private byte[] scanPage(Space space, byte[] from, byte[] to, Visitor visitor) {
        try (Environment.Reading reading = environment.reading()) {
            Overlay.Slice upper;
            Overlay.@Nullable Slice lower = null;
            synchronized (lock) {
                health.requireSound();
                upper = recent.slice(space, from, to, PAGE);
                if (frozen != null) {
                    lower = frozen.slice(space, from, upper.end(), PAGE);
                }
                reading.begin();
            }
            Overlay.Slice middle = lower;
            byte[] end = middle == null ? upper.end() : middle.end();
            Consumer<Visitor> lmdb = below -> reading.scan(space, from, end, below);
            upper.mergeWith(end, middle == null ? lmdb : above -> middle.mergeWith(end, lmdb, above), visitor);
            return end;
        }
    }

    private void run() {
        List<Write> batch = List.of();
        try {
            while (true) {
                batch = List.of();
                batch = nextBatch();
                if (batch.isEmpty()) {
                    return;
                }
                settle(batch, flush(batch));
            }
        } catch (Throwable failure) {
            end(batch, failure);
        }
    }

    /** Whatever waits for one file, up to the batch limit; empty when the store closes and nothing waits. */
    private List<Write> nextBatch() throws InterruptedException {
        synchronized (lock) {
            while (queue.isEmpty() && !closing) {
                health.requireSound();
                lock.wait();
            }
            health.requireSound();
            List<Write> batch = new ArrayList<>();
            long bytes = 0;
            for (Write write = queue.peek();
                    write != null
                            && (batch.isEmpty()
                                    || (bytes + write.bytes() <= settings.batchBytesMax()
                                            && write.segment() == batch.get(0).segment()));
                    write = queue.peek()) {
                bytes += write.bytes();
                batch.add(queue.remove());
            }
            return batch;
        }
    }

    /** Returns the block after the frame. While there is no room for it, it waits: nobody was told anything of it yet. */
    private long flush(List<Write> batch) throws IOException, InterruptedException {
        Segment segment = batch.get(0).segment();
        List<Change> changes = new ArrayList<>();
        batch.forEach(write -> changes.addAll(write.changes()));
        if (changes.isEmpty()) {
            return segment.position();
        }
        long bytes = batch.stream().mapToLong(Write::bytes).sum();
        return retry.until(
                        () -> writeAhead.append(segment, changes, bytes),
                        full -> health.full(full.getMessage()),
                        health::roomMade)
                .orElseThrow(() -> new IOException("it was closed while it had no room"));
    }

    private void settle(List<Write> batch, long end) {
        long kept = 0;
        long bytes = 0;
        for (Write write : batch) {
            kept += write.blocks();
            bytes += write.bytes();
        }
        synchronized (lock) {
            batch.get(0).segment().written(end, kept);
            figures = bytes == 0 ? figures : figures.flushed(batch.size(), bytes, writeAhead.tookNanos());
        }
        for (Write write : batch) {
            tell(write, null);
        }
        slowSyncs.took(writeAhead.tookNanos(), bytes);
        health.tellOfRoom();
    }

    /** After this nothing is written any more, and nothing read: a failed flush is final. */
    private void end(List<Write> batch, Throwable cause) {
        List<Write> waiting = new ArrayList<>(batch);
        StoreFailure failure = health.fail(cause);
        synchronized (lock) {
            waiting.addAll(queue);
            queue.clear();
        }
        for (Write write : waiting) {
            tell(write, failure);
        }
        health.tellOfFailure();
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

    /** What the checkpointer tells. */
    private final class Moves implements Checkpointer.Listener {
        @Override
        public void full(OutOfSpace why) {
            health.full(why.getMessage());
        }

        @Override
        public void moved(int changes) {
            synchronized (lock) {
                frozen = null;
                figures = figures.moved(changes);
            }
            health.roomMade();
        }

        @Override
        public void failed(Throwable failure) {
            synchronized (lock) {
                health.fail(failure);
                lock.notifyAll();
            }
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            closing = true;
            lock.notifyAll();
        }
        retry.close();
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
        checkpointer.close();
        environment.close();
        writeAhead.close();
        release.run();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

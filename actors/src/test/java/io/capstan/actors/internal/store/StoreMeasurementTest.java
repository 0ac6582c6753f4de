package io.capstan.actors.internal.store;

import io.capstan.actors.internal.store.Store.Change;
import io.capstan.actors.internal.store.Store.Space;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.PutFlags;
import org.lmdbjava.Txn;

/**
 * What the store costs beside the bare disk, all in one run:
 * {@code mvn -pl actors -am test -Dtest=StoreMeasurementTest -Dstore.measure=on -Dtest.args=-Xmx1g}. It prints to
 * {@code actors/target/surefire-reports}. Entries have 256 bytes.
 */
@EnabledIfSystemProperty(named = "store.measure", matches = "on")
class StoreMeasurementTest {
    private static final Space SPACE = new Space("raft");
    private static final int ENTRY = 256;
    private static final int ROUNDS = 3;
    private static final int SINGLE = 4000;
    private static final int PIPELINED = 200_000;
    private static final int MOVED = 60_000;

    @TempDir
    Path temp;

    private int stores;
    private long entries;

    @Test
    void whatAWriteCosts() throws Exception {
        for (int round = 1; round <= ROUNDS; round++) {
            say("round %d", round);
            double raw = rawFlush();
            double single = single();
            say("    ratio to the bare flush: %.2f", single / raw);
            besideCheckpoints();
            inFlight(64);
            inFlight(500);
            for (int batch : new int[] {1, 64, 512}) {
                lmdbAlone(batch, Layout.SORTED);
            }
            for (Layout layout : Layout.values()) {
                move(layout);
            }
        }
    }

    private static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }

    private static double report(String what, long[] nanos, int length) {
        long[] sorted = Arrays.copyOf(nanos, length);
        Arrays.sort(sorted);
        double median = sorted[length / 2] / 1e3;
        say(
                "  %-52s p50 %7.0f us  p99 %7.0f us  max %8.0f us",
                what, median, sorted[(int) (length * 0.99)] / 1e3, sorted[length - 1] / 1e3);
        return median;
    }

    /** A block written into a file made before, and its flush. */
    private double rawFlush() throws IOException {
        Disk disk = Folder.in(temp.resolve("raw" + stores++));
        WriteAheadFile.make(disk, 1, 0, 16 << 20, WriteAheadFile.UNUSED);
        ByteBuffer block = ByteBuffer.allocateDirect(Blocks.BYTES);
        long[] nanos = new long[SINGLE];
        try (Disk.Handle handle = disk.open(WriteAheadFile.name(0))) {
            for (int i = 0; i < SINGLE; i++) {
                long start = System.nanoTime();
                handle.write(block.clear(), (long) (i + 1) * Blocks.BYTES);
                handle.force();
                nanos[i] = System.nanoTime() - start;
            }
        }
        return report("bare: 512 bytes into a preallocated file, flush", nanos, SINGLE);
    }

    private NodeStore store(String overrides) {
        return NodeStore.open(temp.resolve("store" + stores++), "a", NodeStoreTest.settings(overrides));
    }

    private List<Change> entry() {
        byte[] key = ByteBuffer.allocate(9).put((byte) 4).putLong(++entries).array();
        return List.of(new Change.Put(SPACE, key, new byte[ENTRY]));
    }

    private double single() {
        long[] nanos = new long[SINGLE];
        try (NodeStore store = store("")) {
            for (int i = 0; i < SINGLE; i++) {
                nanos[i] = timed(store);
            }
        }
        return report("store: one writer, one entry at a time", nanos, SINGLE);
    }

    private long timed(NodeStore store) {
        Told told = new Told();
        long start = System.nanoTime();
        store.write(entry(), told);
        told.await();
        return System.nanoTime() - start;
    }

    /** Small files, kept full by others: a checkpoint goes on beside nearly every write that is timed. */
    private void besideCheckpoints() {
        long[] nanos = new long[SINGLE / 4];
        try (NodeStore store = store("write-ahead-bytes = 8MiB")) {
            Semaphore others = new Semaphore(128);
            for (int i = 0; i < nanos.length; i++) {
                for (int j = 0; j < 64; j++) {
                    write(store, others);
                }
                nanos[i] = timed(store);
            }
            report("store: the same behind 64 others, checkpoints beside", nanos, nanos.length);
            say("    %d checkpoints", store.figures().checkpoints());
        }
    }

    private void write(NodeStore store, Semaphore window) {
        window.acquireUninterruptibly();
        List<Change> entry = entry();
        while (true) {
            try {
                store.write(entry, new Store.Completion() {
                    @Override
                    public void durable() {
                        window.release();
                    }

                    @Override
                    public void failed(StoreFailure failure) {}
                });
                return;
            } catch (StoreFailure overloaded) {
                Thread.onSpinWait();
            }
        }
    }

    private void inFlight(int window) {
        try (NodeStore store = store("")) {
            Semaphore permits = new Semaphore(window);
            long start = System.nanoTime();
            for (int i = 0; i < PIPELINED; i++) {
                write(store, permits);
            }
            permits.acquireUninterruptibly(window);
            double seconds = (System.nanoTime() - start) / 1e9;
            StoreFigures figures = store.figures();
            say(
                    "  %-52s %9.0f entries/s, %.1f per flush, %d checkpoints",
                    "store: " + window + " in flight",
                    PIPELINED / seconds,
                    (double) figures.writes() / figures.flushes(),
                    figures.checkpoints());
        }
    }

    /** How entries may lie in LMDB. */
    private enum Layout {
        SORTED,
        APPENDED,
        BLOCKS_OF_16
    }

    private static final class Lmdb implements AutoCloseable {
        private final Buffers.Agrona buffers = new Buffers.Agrona();
        final Env<DirectBuffer> env;
        final Dbi<DirectBuffer> dbi;
        private long next = 1;

        Lmdb(Path folder) throws IOException {
            Folder.in(folder);
            env = Env.create(buffers.proxy())
                    .setMapSize(1L << 30)
                    .setMaxDbs(2)
                    .open(folder.toFile(), EnvFlags.MDB_NOTLS);
            dbi = env.openDbi("raft", DbiFlags.MDB_CREATE);
        }

        void commit(int batch, Layout layout) {
            int each = layout == Layout.BLOCKS_OF_16 ? 16 : 1;
            try (Txn<DirectBuffer> txn = env.txnWrite()) {
                for (int i = 0; i < batch; i += each) {
                    byte[] key =
                            ByteBuffer.allocate(9).put((byte) 4).putLong(next++).array();
                    DirectBuffer value = buffers.value(new byte[ENTRY * each]);
                    if (layout == Layout.APPENDED) {
                        dbi.put(txn, buffers.key(key), value, PutFlags.MDB_APPEND);
                    } else {
                        dbi.put(txn, buffers.key(key), value);
                    }
                }
                txn.commit();
            }
        }

        @Override
        public void close() {
            env.close();
        }
    }

    /** Without a write-ahead file: every batch is an LMDB transaction. */
    private void lmdbAlone(int batch, Layout layout) throws IOException {
        try (Lmdb lmdb = new Lmdb(temp.resolve("lmdb" + stores++))) {
            long[] nanos = new long[1000];
            for (int i = 0; i < nanos.length; i++) {
                long start = System.nanoTime();
                lmdb.commit(batch, layout);
                nanos[i] = System.nanoTime() - start;
            }
            report("LMDB alone: a transaction of " + batch + " entries", nanos, nanos.length);
        }
    }

    /** What a checkpoint does: much in large transactions. */
    private void move(Layout layout) throws IOException {
        try (Lmdb lmdb = new Lmdb(temp.resolve("moved" + stores++))) {
            int moved = 0;
            long nanos = 0;
            while (moved < MOVED * 4) {
                long start = System.nanoTime();
                lmdb.commit(MOVED / 2, layout);
                nanos += System.nanoTime() - start;
                moved += MOVED / 2;
            }
            double seconds = nanos / 1e9;
            say("  %-52s %9.0f entries/s", "a checkpoint's transactions, " + layout, moved / seconds);
        }
    }
}

package io.capstan.actors.internal.store;

import static io.capstan.actors.internal.store.NodeStoreTest.bytes;
import static io.capstan.actors.internal.store.NodeStoreTest.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.internal.store.Store.Change;
import io.capstan.actors.internal.store.Store.Space;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The store on real LMDB, with both ways of handing it bytes. */
class LmdbStoreTest {
    private static final Space SPACE = new Space("test");
    private static final byte[] HIGH = {(byte) 0xff, (byte) 0xff};

    @TempDir
    Path directory;

    private NodeStore open(String buffers, String overrides) {
        return NodeStore.open(directory.resolve("node"), "a", settings("buffers = " + buffers + "," + overrides));
    }

    private static void write(Store store, Change... changes) {
        Told told = new Told();
        store.write(List.of(changes), told);
        assertThat(told.await()).isEqualTo("durable");
    }

    private static List<Integer> firstBytes(Store store, byte[] from, byte[] to) {
        List<Integer> found = new ArrayList<>();
        store.scan(SPACE, from, to, (key, value) -> found.add(key[0] & 0xff));
        return found;
    }

    @ParameterizedTest
    @ValueSource(strings = {"agrona", "byte-array"})
    void whatWasDurableIsThereAfterReopening(String buffers) {
        try (NodeStore store = open(buffers, "")) {
            write(store, new Change.Put(SPACE, bytes("k"), bytes("v")), new Change.Put(SPACE, bytes("e"), bytes("")));
            write(store, new Change.Put(new Space("other"), bytes("k"), bytes("w")));
        }
        try (NodeStore store = open(buffers, "")) {
            assertThat(store.get(SPACE, bytes("k"))).isEqualTo(bytes("v"));
            assertThat(store.get(SPACE, bytes("e"))).isEmpty();
            assertThat(store.get(new Space("other"), bytes("k"))).isEqualTo(bytes("w"));
            assertThat(store.get(SPACE, bytes("x"))).isNull();
            assertThat(store.get(new Space("never"), bytes("k"))).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"agrona", "byte-array"})
    void keysAreOrderedAsUnsignedBytes(String buffers) {
        try (NodeStore store = open(buffers, "")) {
            for (int first : new int[] {0xfe, 0x80, 0x00, 0x7f, 0x81}) {
                write(store, new Change.Put(SPACE, new byte[] {(byte) first}, bytes("v")));
            }
            assertThat(firstBytes(store, new byte[0], HIGH)).containsExactly(0x00, 0x7f, 0x80, 0x81, 0xfe);
            assertThat(firstBytes(store, new byte[] {0x7f}, new byte[] {(byte) 0x81}))
                    .containsExactly(0x7f, 0x80);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"agrona", "byte-array"})
    void aDeletedRangeLosesItsFirstAndKeepsItsEnd(String buffers) {
        try (NodeStore store = open(buffers, "")) {
            for (int first = 0; first < 256; first += 5) {
                write(store, new Change.Put(SPACE, new byte[] {(byte) first}, new byte[3000]));
            }
            write(store, new Change.DeleteRange(SPACE, new byte[] {5}, new byte[] {(byte) 250}));
            assertThat(firstBytes(store, new byte[0], HIGH)).containsExactly(0, 250, 255);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"agrona", "byte-array"})
    void aSpaceIsMadeWhileItIsRead(String buffers) throws InterruptedException {
        try (NodeStore store = open(buffers, "")) {
            AtomicInteger read = new AtomicInteger();
            AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
            AtomicBoolean done = new AtomicBoolean();
            Thread reader = new Thread(() -> {
                while (!done.get()) {
                    try {
                        store.scan(new Space("s" + read.get()), new byte[0], HIGH, (key, value) -> true);
                    } catch (RuntimeException e) {
                        failure.set(e);
                        return;
                    }
                }
            });
            reader.start();
            for (int i = 0; i < 60; i++) {
                read.set(i);
                write(store, new Change.Put(new Space("s" + i), bytes("k"), bytes("v")));
            }
            done.set(true);
            reader.join();
            assertThat(failure.get()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"agrona", "byte-array"})
    void theMapGrowsUnderReadersAndNothingIsLost(String buffers) throws InterruptedException {
        try (NodeStore store = open(buffers, "map-bytes-initial = 64KiB, map-bytes-max = 64MiB")) {
            AtomicBoolean done = new AtomicBoolean();
            AtomicLong reads = new AtomicLong();
            Thread reader = new Thread(() -> {
                while (!done.get()) {
                    store.scan(SPACE, new byte[0], HIGH, (key, value) -> value.length == 1000);
                    reads.incrementAndGet();
                }
            });
            reader.start();
            for (int i = 0; i < 300; i++) {
                List<Change> changes = new ArrayList<>();
                for (int j = 0; j < 20; j++) {
                    byte[] key = ByteBuffer.allocate(4).putInt(i * 20 + j).array();
                    changes.add(new Change.Put(SPACE, key, new byte[1000]));
                }
                write(store, changes.toArray(Change[]::new));
            }
            done.set(true);
            reader.join();
            assertThat(firstBytes(store, new byte[0], HIGH)).hasSize(6000);
            assertThat(reads.get()).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"agrona", "byte-array"})
    void aMapAtItsLimitIsAFullDiskAndSoItIsAtTheNextStart(String buffers) {
        String small =
                "map-bytes-initial = 128KiB, map-bytes-max = 128KiB, full-retry = 1ms, write-ahead-bytes = 64KiB,"
                        + " reserve-bytes = 4KiB";
        try (NodeStore store = open(buffers, small)) {
            write(store, new Change.Put(SPACE, bytes("small"), bytes("fits")));
            StoreFailure refusal = null;
            for (int i = 0; refusal == null || refusal.kind() == StoreFailure.Kind.OVERLOADED; i++) {
                refusal = null;
                try {
                    write(store, new Change.Put(SPACE, bytes("large" + i % 20), new byte[10_000]));
                } catch (StoreFailure refused) {
                    refusal = refused;
                }
            }
            assertThat(refusal.kind()).isEqualTo(StoreFailure.Kind.DISK_FULL);
            assertThat(refusal).hasMessageContaining("capstan.actors.store.map-bytes-max");
            assertThat(store.get(SPACE, bytes("small"))).isEqualTo(bytes("fits"));
        }
        assertThatThrownBy(() -> open(buffers, small))
                .isInstanceOfSatisfying(
                        StoreFailure.class, f -> assertThat(f.kind()).isEqualTo(StoreFailure.Kind.DISK_FULL));
        try (NodeStore store = open(buffers, "")) {
            assertThat(store.get(SPACE, bytes("small"))).isEqualTo(bytes("fits"));
            assertThat(store.losses()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"agrona", "byte-array"})
    void allIsThereAfterManyFilesAndARestart(String buffers) {
        String small = "write-ahead-bytes = 256KiB, reserve-bytes = 4KiB";
        try (NodeStore store = open(buffers, small)) {
            for (int i = 0; i < 3000; i++) {
                byte[] key = ByteBuffer.allocate(4).putInt(i).array();
                while (true) {
                    try {
                        store.write(List.of(new Change.Put(SPACE, key, new byte[700])), new Told());
                        break;
                    } catch (StoreFailure overloaded) {
                        Thread.onSpinWait();
                    }
                }
            }
            write(
                    store,
                    new Change.DeleteRange(
                            SPACE,
                            new byte[4],
                            ByteBuffer.allocate(4).putInt(2990).array()));
            assertThat(firstBytes(store, new byte[0], HIGH)).hasSize(10);
        }
        try (NodeStore store = open(buffers, "")) {
            assertThat(firstBytes(store, new byte[0], HIGH)).hasSize(10);
            assertThat(store.losses()).isZero();
        }
    }

    @Test
    void oneTransactionTakesHoweverManyChangesAndRemovals() throws Exception {
        int many = 200_000;
        Path folder = Files.createDirectory(directory.resolve("lmdb"));
        try (Environment lmdb = LmdbEnvironment.open(folder, NodeStoreTest.settings(""))) {
            List<Change> changes = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                changes.add(
                        new Change.Put(SPACE, ByteBuffer.allocate(4).putInt(i).array(), new byte[20]));
            }
            lmdb.commit(changes);
            byte[] last = ByteBuffer.allocate(4).putInt(many - 1).array();
            lmdb.commit(List.of(
                    new Change.DeleteRange(SPACE, new byte[4], last), new Change.Put(SPACE, last, new byte[] {7})));
            try (Environment.Reading reading = lmdb.reading()) {
                reading.begin();
                List<byte[]> left = new ArrayList<>();
                reading.scan(SPACE, new byte[0], HIGH, (key, value) -> left.add(value));
                assertThat(left).containsExactly(new byte[] {7});
            }
        }
    }
}

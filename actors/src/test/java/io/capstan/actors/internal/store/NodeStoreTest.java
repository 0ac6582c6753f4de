package io.capstan.actors.internal.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.capstan.actors.Failure;
import io.capstan.actors.internal.store.Store.Change;
import io.capstan.actors.internal.store.Store.Space;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeStoreTest {
    private static final Space SPACE = new Space("test");
    private static final byte[] LOW = {};
    private static final byte[] HIGH = {(byte) 0xff, (byte) 0xff};

    private static final Snapshots NO_SNAPSHOTS = new Snapshots() {
        @Override
        public Draft create(String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public @Nullable Snapshot open(String name) {
            return null;
        }

        @Override
        public List<String> list() {
            return List.of();
        }

        @Override
        public void delete(String name) {}
    };

    private final TestDisk disk = new TestDisk();
    private final NodeStore store = new NodeStore(
            settings("full-retry = 1ms, queue-bytes-max = 4KiB"), disk, NO_SNAPSHOTS, () -> {}, "capstan-store-test");

    static StoreSettings settings(String overrides) {
        return StoreSettings.fromConfig(ConfigFactory.parseString("capstan.actors.store {" + overrides + "}")
                .withFallback(ConfigFactory.load()));
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private Told put(String key, String value) {
        Told told = new Told();
        store.write(List.of(new Change.Put(SPACE, bytes(key), bytes(value))), told);
        return told;
    }

    @AfterEach
    void close() {
        disk.full(false);
        disk.flushes.release(1_000);
        store.close();
    }

    @Test
    void readsSeeAWriteThatIsNotDurableYet() {
        Told told = put("a", "1");

        assertThat(store.get(SPACE, bytes("a"))).isEqualTo(bytes("1"));
        assertThat(told.outcome).isNotDone();
    }

    @Test
    void whateverArrivesDuringAFlushGoesIntoTheNextOne() {
        Told first = put("first", "");
        await(() -> disk.flushes.hasQueuedThreads());
        List<Told> meanwhile = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            meanwhile.add(put("k" + i, ""));
        }
        disk.flushes.release(2);

        first.await();
        assertThat(meanwhile).allMatch(told -> told.await().equals("durable"));
        assertThat(disk.commits).containsExactly(1, 50);
    }

    @Test
    void completionsComeInTheOrderOfTheWrites() {
        List<Integer> order = new ArrayList<>();
        Told last = new Told();
        for (int i = 0; i < 20; i++) {
            int number = i;
            store.write(List.of(new Change.Put(SPACE, bytes("k"), bytes("" + i))), new Store.Completion() {
                @Override
                public void durable() {
                    order.add(number);
                }

                @Override
                public void failed(StoreFailure failure) {}
            });
        }
        store.write(List.of(), last);
        disk.flushes.release(50);

        assertThat(last.await()).isEqualTo("durable");
        assertThat(order).isSorted().hasSize(20);
    }

    @Test
    void aFullDiskKeepsWhatWasAcceptedWaitingAndRefusesTheRestUntilThereIsSpace() {
        disk.full(true);
        Told accepted = put("a", "1");
        disk.flushes.release(1);
        await(() -> disk.refusals() >= 2);

        assertThatThrownBy(() -> put("b", "2")).isInstanceOfSatisfying(StoreFailure.class, refused -> {
            assertThat(refused.kind()).isEqualTo(StoreFailure.Kind.DISK_FULL);
            assertThat(refused.next()).isEqualTo(Failure.Next.RETRY);
        });
        assertThat(accepted.outcome).isNotDone();

        disk.full(false);
        assertThat(accepted.await()).isEqualTo("durable");
        disk.flushes.release(100);
        assertThat(put("b", "2").await()).isEqualTo("durable");
    }

    @Test
    void closingWhileTheDiskIsFullTellsTheWaitingThatNothingWasWritten() {
        disk.full(true);
        Told accepted = put("a", "1");
        disk.flushes.release(1);
        await(() -> disk.refusals() >= 1);

        store.close();

        assertThat(accepted.await()).isEqualTo("CLOSED");
    }

    @Test
    void aFailedFlushIsFinal() {
        Told during = put("a", "1");
        await(() -> disk.flushes.hasQueuedThreads());
        Told waiting = put("b", "2");
        disk.breakDown();
        disk.flushes.release(1);

        assertThat(during.await()).isEqualTo("FAILED");
        assertThat(waiting.await()).isEqualTo("FAILED");
        assertThatThrownBy(() -> put("c", "3"))
                .isInstanceOfSatisfying(
                        StoreFailure.class, f -> assertThat(f.kind()).isEqualTo(StoreFailure.Kind.FAILED));
        assertThatThrownBy(() -> store.get(SPACE, bytes("a"))).isInstanceOf(StoreFailure.class);
        assertThat(disk.commits).isEmpty();
    }

    @Test
    void aFullQueueRefusesNamingItsKey() {
        put("a", "x".repeat(3000));

        assertThatThrownBy(() -> put("b", "x".repeat(2000)))
                .hasMessageContaining("capstan.actors.store.queue-bytes-max")
                .isInstanceOfSatisfying(
                        StoreFailure.class, f -> assertThat(f.kind()).isEqualTo(StoreFailure.Kind.OVERLOADED));
        assertThatThrownBy(() -> put("b", "x".repeat(5000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("never fits");
    }

    @Test
    void keysOutsideTheLimitsAreRefusedBeforeTheyReachLmdb() {
        assertThatThrownBy(() -> put("", "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> put("k".repeat(256), "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aClosedStoreRefuses() {
        disk.flushes.release(10);
        store.close();
        store.close();

        assertThatThrownBy(() -> put("a", "1"))
                .isInstanceOfSatisfying(
                        StoreFailure.class, f -> assertThat(f.kind()).isEqualTo(StoreFailure.Kind.CLOSED));
    }

    @Test
    void readsAlwaysEqualAModelHoweverFarTheDiskHasCome() {
        long seed = Long.getLong("store.seed", System.nanoTime());
        Random random = new Random(seed);
        TreeMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
        for (int step = 0; step < 20_000; step++) {
            List<Change> changes = new ArrayList<>();
            for (int i = random.nextInt(3); i >= 0; i--) {
                changes.add(randomChange(random, model));
            }
            while (true) {
                try {
                    store.write(changes, new Told());
                    break;
                } catch (StoreFailure overloaded) {
                    disk.flushes.release();
                    Thread.onSpinWait();
                }
            }
            if (random.nextInt(8) == 0) {
                disk.flushes.release();
            }
            byte[] key = key(random);
            assertThat(store.get(SPACE, key)).as(replay(seed, step)).isEqualTo(model.get(key));
            if (random.nextInt(20) == 0) {
                assertThat(scanned()).as(replay(seed, step)).isEqualTo(printed(model));
            }
        }
        assertThat(disk.commits.size()).isGreaterThan(100);
    }

    private static String replay(long seed, int step) {
        return "step " + step + "; replay: mvn -pl actors -am test -Dtest=NodeStoreTest -DargLine=-Dstore.seed=" + seed;
    }

    private static Change randomChange(Random random, NavigableMap<byte[], byte[]> model) {
        byte[] key = key(random);
        switch (random.nextInt(5)) {
            case 0 -> {
                model.remove(key);
                return new Change.Delete(SPACE, key);
            }
            case 1 -> {
                byte[] to = key(random);
                if (Arrays.compareUnsigned(key, to) < 0) {
                    model.subMap(key, to).clear();
                }
                return new Change.DeleteRange(SPACE, key, to);
            }
            default -> {
                byte[] value = {(byte) random.nextInt()};
                model.put(key, value);
                return new Change.Put(SPACE, key, value);
            }
        }
    }

    private static byte[] key(Random random) {
        return new byte[] {(byte) (random.nextInt(16) * 17)};
    }

    private List<String> scanned() {
        List<String> entries = new ArrayList<>();
        store.scan(SPACE, LOW, HIGH, (key, value) -> entries.add(Arrays.toString(key) + "=" + Arrays.toString(value)));
        return entries;
    }

    private static List<String> printed(Map<byte[], byte[]> model) {
        List<String> entries = new ArrayList<>();
        model.forEach((key, value) -> entries.add(Arrays.toString(key) + "=" + Arrays.toString(value)));
        return entries;
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + 20_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited 20 s").isLessThan(end);
            LockSupport.parkNanos(100_000);
        }
    }
}

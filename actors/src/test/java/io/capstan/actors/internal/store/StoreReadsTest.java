package io.capstan.actors.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.internal.store.Store.Change;
import io.capstan.actors.internal.store.Store.Space;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is read does not depend on where it is: waiting, in one of the two files, or in LMDB. */
class StoreReadsTest {
    private static final Space SPACE = new Space("test");
    private static final byte[] LOW = {};
    private static final byte[] HIGH = {(byte) 0xff, (byte) 0xff};

    private final Gate gate = new Gate();
    private final NodeStore store = NodeStoreTest.open(gate, new ModelEnvironment(call -> {}));

    @AfterEach
    void close() {
        gate.flushes.release(100_000);
        store.close();
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
                    gate.flushes.release();
                    Thread.onSpinWait();
                }
            }
            if (random.nextInt(8) == 0) {
                gate.flushes.release();
            }
            byte[] key = key(random);
            assertThat(store.get(SPACE, key)).as(replay(seed, step)).isEqualTo(model.get(key));
            if (random.nextInt(20) == 0) {
                assertThat(scanned()).as(replay(seed, step)).isEqualTo(printed(model));
            }
        }
        assertThat(store.figures().checkpoints()).isGreaterThan(10);
    }

    private static String replay(long seed, int step) {
        return "step " + step + "; replay: mvn -pl actors -am test -Dtest=StoreReadsTest -Dstore.seed=" + seed;
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
}

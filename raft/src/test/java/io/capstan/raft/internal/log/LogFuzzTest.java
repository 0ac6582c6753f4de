package io.capstan.raft.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.internal.store.Store.Space;
import io.capstan.actors.internal.store.StoreReader;
import io.capstan.raft.Fuzzer;
import io.capstan.raft.core.Configuration;
import io.capstan.raft.core.Entry;
import io.capstan.raft.core.HardState;
import io.capstan.raft.core.MemberId;
import io.capstan.raft.core.SnapshotMeta;
import io.capstan.raft.internal.wire.GroupId;
import io.capstan.raft.internal.wire.Malformed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Whatever stands in a member's records, its log is opened: sound, damaged, or refused as written by a newer Capstan.
 * {@code -Dfuzz.seconds=600} goes on for ten minutes.
 */
class LogFuzzTest {
    private static final LogKeys KEYS = new LogKeys("g");

    private static final class Records implements StoreReader {
        final NavigableMap<byte[], byte[]> records = new TreeMap<>(Arrays::compareUnsigned);

        @Override
        public byte @Nullable [] get(Space space, byte[] key) {
            return records.get(key);
        }

        @Override
        public void scan(Space space, byte[] from, byte[] to, Visitor visitor) {
            for (Map.Entry<byte[], byte[]> entry : records.subMap(from, to).entrySet()) {
                if (!visitor.visit(entry.getKey(), entry.getValue())) {
                    return;
                }
            }
        }

        @Override
        public long losses() {
            return 1;
        }
    }

    private static Records sound() {
        Records store = new Records();
        NavigableMap<byte[], byte[]> records = store.records;
        records.put(KEYS.member(), LogRecords.member(KEYS.member(), new LogRecords.MemberRecord(4, new GroupId(5, 6))));
        HardState state = new HardState(3, new MemberId("s2", 9));
        records.put(KEYS.hardState(), LogRecords.hardState(KEYS.hardState(), state));
        SnapshotMeta meta = new SnapshotMeta(4, 1, 9, 1, Configuration.BLANK);
        records.put(KEYS.snapshot(), LogRecords.snapshot(KEYS.snapshot(), meta));
        records.put(KEYS.losses(), LogRecords.losses(KEYS.losses(), 1));
        for (int index = 3; index < 12; index += 3) {
            byte[] key = KEYS.entry(index);
            List<Entry> entries = new ArrayList<>();
            for (int i = index; i < index + 3; i++) {
                entries.add(new Entry(i, 2, 1, Entry.Kind.COMMAND, new byte[i]));
            }
            records.put(key, LogRecords.entries(key, entries));
        }
        return store;
    }

    @Test
    void whateverStandsInTheRecordsTheLogIsOpenedOrRefused() {
        assertThat(LogReading.of(sound(), KEYS).damage()).isNull();
        long seed = Long.getLong("fuzz.seed", System.nanoTime());
        Random random = new Random(seed);
        long end = System.nanoTime() + (long) (Fuzzer.seconds() * 1e9);
        for (long round = 0; System.nanoTime() < end; round++) {
            Records store = sound();
            for (int i = random.nextInt(3); i >= 0; i--) {
                mutate(store.records, random);
            }
            try {
                LogReading read = LogReading.of(store, KEYS);
                assertThat(read.lastIndex()).isGreaterThanOrEqualTo(read.firstIndex() - 1);
            } catch (Malformed newer) {
                assertThat(newer).hasMessageMatching("(?s).+");
            } catch (RuntimeException | AssertionError bug) {
                throw new AssertionError("round " + round + " of -Dfuzz.seed=" + seed, bug);
            }
        }
    }

    private static void mutate(NavigableMap<byte[], byte[]> records, Random random) {
        List<byte[]> keys = new ArrayList<>(records.keySet());
        byte[] key = keys.get(random.nextInt(keys.size()));
        byte[] record = java.util.Objects.requireNonNull(records.get(key));
        switch (random.nextInt(5)) {
            case 0 -> records.remove(key);
            case 1 -> records.put(key, records.get(keys.get(random.nextInt(keys.size()))));
            case 2 -> records.put(key, Arrays.copyOf(record, random.nextInt(record.length + 9)));
            default -> {
                byte[] changed = record.clone();
                for (int i = random.nextInt(4); i >= 0 && changed.length > 0; i--) {
                    changed[random.nextInt(changed.length)] = (byte) random.nextInt();
                }
                if (random.nextBoolean() && changed.length > 4) {
                    seal(key, changed);
                }
                records.put(key, changed);
            }
        }
    }

    /** Damage with a right checksum: what a bug, or another version, would write. */
    private static void seal(byte[] key, byte[] record) {
        CRC32C crc = new CRC32C();
        crc.update(key);
        crc.update(record, 0, record.length - 4);
        java.nio.ByteBuffer.wrap(record).putInt(record.length - 4, (int) crc.getValue());
    }
}

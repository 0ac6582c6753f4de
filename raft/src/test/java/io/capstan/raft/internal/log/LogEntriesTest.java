package io.capstan.raft.internal.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.internal.store.Store;
import io.capstan.actors.internal.store.Store.Change;
import io.capstan.actors.internal.store.StoreFailure;
import io.capstan.raft.MemoryStore;
import io.capstan.raft.core.Entry;
import io.capstan.raft.internal.wire.Malformed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogEntriesTest {
    private static final LogKeys KEYS = new LogKeys("g");
    private static final long MANY = 16 * 1024 * 1024;
    private static final Store.Completion SILENT = new Store.Completion() {
        @Override
        public void durable() {}

        @Override
        public void failed(StoreFailure failure) {}
    };

    private static List<Entry> entries(long from, long to, int bytesEach) {
        List<Entry> entries = new ArrayList<>();
        for (long index = from; index <= to; index++) {
            entries.add(new Entry(index, 1, index, Entry.Kind.COMMAND, new byte[bytesEach]));
        }
        return entries;
    }

    private static List<Entry> read(Store store, long from, long to) {
        List<Entry> read = new ArrayList<>();
        LogEntries.scan(store, KEYS, from, to, read::add);
        return read;
    }

    @Test
    void noRecordHasMoreThanItsSpanAndLargeEntriesHaveTheirOwn() {
        assertThat(LogEntries.puts(KEYS, entries(60, 200, 1), MANY))
                .extracting(put -> KEYS.index(((Change.Put) put).key()))
                .containsExactly(60L, 64L, 128L, 192L);
        assertThat(LogEntries.puts(KEYS, entries(1, 3, 40_000), MANY)).hasSize(3);
        assertThat(LogEntries.puts(KEYS, List.of(), MANY)).isEmpty();

        assertThat(LogEntries.puts(KEYS, entries(1, 40, 100), 4_000))
                .as("a small write-ahead file")
                .allMatch(put -> put.bytes() < 1_200)
                .hasSizeLessThan(10);

        byte[] wide = LogRecords.entries(KEYS.entry(60), entries(60, 64, 1));
        assertThatThrownBy(() -> LogRecords.entries(KEYS.entry(60), wide, 60))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining("beyond their span");
    }

    @Test
    void aLogIsReadFromAnywhereHoweverItWasWrittenAndCut() {
        long seed = Long.getLong("log.seed", System.nanoTime());
        Random random = new Random(seed);
        Store store = new MemoryStore();
        long last = 0;
        for (int i = 0; i < 200; i++) {
            if (random.nextInt(3) == 0) {
                long from = last - random.nextInt((int) Math.min(last + 1, 150));
                store.write(LogEntries.truncation(store, KEYS, from + 1), SILENT);
                last = from;
            } else {
                long to = last + 1 + random.nextInt(90);
                store.write(LogEntries.puts(KEYS, entries(last + 1, to, random.nextInt(900)), MANY), SILENT);
                last = to;
            }
            long from = 1 + (long) (random.nextDouble() * last);
            long to = from + (long) (random.nextDouble() * (last - from + 1));
            assertThat(read(store, from, to))
                    .as("step %s of -Dlog.seed=%s", i, seed)
                    .extracting(Entry::index)
                    .containsExactlyElementsOf(indexes(from, Math.min(to, last)));
            assertThat(read(store, from, Long.MAX_VALUE))
                    .extracting(Entry::index)
                    .containsExactlyElementsOf(indexes(from, last));
        }
    }

    private static List<Long> indexes(long from, long to) {
        List<Long> indexes = new ArrayList<>();
        for (long index = from; index <= to; index++) {
            indexes.add(index);
        }
        return indexes;
    }
}

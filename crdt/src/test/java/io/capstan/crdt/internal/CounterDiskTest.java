package io.capstan.crdt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.capstan.actors.NodeId;
import io.capstan.actors.internal.store.NodeStore;
import io.capstan.actors.internal.store.Store;
import io.capstan.actors.internal.store.Store.Change;
import io.capstan.actors.internal.store.StoreFailure;
import io.capstan.actors.internal.store.StoreSettings;
import io.capstan.crdt.core.CounterKey;
import io.capstan.crdt.core.CounterRow;
import io.capstan.crdt.core.CounterWire;
import io.capstan.crdt.core.Deltas;
import io.capstan.crdt.core.Effect;
import io.capstan.crdt.core.Row;
import io.capstan.crdt.core.Slot;
import io.capstan.crdt.core.Sums;
import io.capstan.crdt.core.Table;
import io.capstan.crdt.core.TableSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Counters on a real disk: their bytes, and what of them is believed after a crash. */
class CounterDiskTest {
    private static final Slot SLOT = new Slot(0x0102030405060708L, 0x1112131415161718L, new NodeId("n1", 3));
    private static final Row<CounterKey, CounterRow> FIVE = total("a", 3, Sums.of(5, 2));
    private static final Row<CounterKey, CounterRow> GONE = new Row<>(new CounterKey.Total("b"), 4, null);
    private static final Row<CounterKey, CounterRow> ORDER =
            new Row<>(new CounterKey.Operation("o"), 5, Deltas.of(Map.of("a", -1L)));

    @TempDir
    private Path directory;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable store : opened) {
            store.close();
        }
    }

    @Test
    void theBytesAreThese() {
        Effect.Store<CounterKey, CounterRow> store =
                new Effect.Store<>(SLOT, 5, 2, true, List.of(FIVE, GONE, ORDER), List.of(1L));

        assertThat(CounterRecords.writes(store, 1 << 20).stream()
                        .flatMap(List::stream)
                        .map(CounterDiskTest::text))
                .containsExactly(
                        "delete 010203040506070811121314151617186d to 0102030405060708111213141516171873",
                        "put 01020304050607081112131415161718720000000000000003 010001016105040afb81e7",
                        "put 01020304050607081112131415161718720000000000000004 01010101624e29c5bc",
                        "put 01020304050607081112131415161718720000000000000005 010002016f01016101fc0e0110",
                        "put 010203040506070811121314151617186d"
                                + " 01026e31000000000000000300000000000000050000000000000002439df11a",
                        "delete 01020304050607081112131415161718720000000000000001");
    }

    @Test
    void whatWasWrittenIsReadBack() throws Exception {
        write(List.of(FIVE, GONE, ORDER), 5);

        Table<CounterKey, CounterRow> table = load();
        assertThat(table.known(SLOT)).isEqualTo(5);
        assertThat(table.value(SLOT, FIVE.key())).isEqualTo(FIVE.value());
        assertThat(table.value(SLOT, GONE.key())).isNull();
        assertThat(table.value(SLOT, ORDER.key())).isEqualTo(ORDER.value());
    }

    @Test
    void manyRowsAreManyWritesTheOneThatMakesThemCountLast() {
        List<Row<CounterKey, CounterRow>> rows = new ArrayList<>();
        for (int i = 1; i <= 100; i++) {
            rows.add(total("counter-" + i, i, Sums.of(i, 0)));
        }
        List<List<Change>> writes =
                CounterRecords.writes(new Effect.Store<>(SLOT, 100, 0, false, rows, List.of()), 1_000);

        assertThat(writes).hasSize(7);
        for (List<Change> write : writes.subList(0, writes.size() - 1)) {
            assertThat(write).noneMatch(CounterDiskTest::isMeta);
        }
        List<Change> last = writes.get(writes.size() - 1);
        assertThat(last.get(last.size() - 1)).matches(CounterDiskTest::isMeta);
    }

    @Test
    void manyDeletionsAreManyWritesTheOldestFirst() throws Exception {
        List<Long> gone = LongStream.rangeClosed(1, 100).boxed().collect(Collectors.toList());
        Collections.shuffle(gone, new Random(1));
        List<List<Change>> writes =
                CounterRecords.writes(new Effect.Store<>(SLOT, 105, 0, false, List.of(), gone), 1_000);

        assertThat(writes).hasSizeGreaterThan(2);
        List<Change> all = writes.stream().flatMap(List::stream).toList();
        assertThat(all.get(0)).matches(CounterDiskTest::isMeta);
        assertThat(all.stream().skip(1).map(CounterDiskTest::text)).hasSize(100).isSorted();
    }

    @Test
    void aCrashBetweenWritesNeitherBringsBackWhatWasRemovedNorLeavesItForEver() throws Exception {
        String counter = "counter-1";
        Row<CounterKey, CounterRow> one = total(counter, 1, Sums.of(1, 0));
        Row<CounterKey, CounterRow> two = new Row<>(one.key(), 2, null);
        Row<CounterKey, CounterRow> three = total("counter-2", 3, Sums.of(3, 0));
        Row<CounterKey, CounterRow> four = total("counter-2", 4, Sums.of(4, 0));
        write(List.of(one, two, three), 3);
        List<List<Change>> writes =
                CounterRecords.writes(new Effect.Store<>(SLOT, 4, 2, false, List.of(four), List.of(3L, 2L, 1L)), 1);
        int whole = keys().size();

        for (int crash = 0; crash < writes.size(); crash++) {
            for (List<Change> write : writes.subList(0, crash + 1)) {
                raw(write);
            }
            Table<CounterKey, CounterRow> table = load();
            assertThat(table.value(SLOT, one.key())).isNull();
            long known = table.known(SLOT);
            assertThat(table.value(SLOT, three.key())).isEqualTo(known == 4 ? four.value() : three.value());
            if (known == 4) {
                long left = table.drain().stream()
                        .filter(Effect.Store.class::isInstance)
                        .mapToLong(effect -> ((Effect.Store<CounterKey, CounterRow>) effect)
                                .gone()
                                .size())
                        .sum();
                assertThat(left).isEqualTo(writes.size() - 1 - crash);
            }
        }
        assertThat(keys()).hasSizeLessThan(whole);
    }

    @Test
    void rowsOfAnInterruptedWriteDoNotCountAndAreSweptAway() throws Exception {
        write(List.of(FIVE), 3);
        List<Change> all = CounterRecords.writes(
                        new Effect.Store<>(SLOT, 5, 0, false, List.of(ORDER), List.of()), 1 << 20)
                .get(0);
        raw(all.subList(0, 1)); // And the crash comes before the entry that makes it count.

        Table<CounterKey, CounterRow> table = load();
        assertThat(table.known(SLOT)).isEqualTo(3);
        assertThat(table.value(SLOT, ORDER.key())).isNull();
        assertThat(keys()).hasSize(2);
    }

    @Test
    void aDamagedCopyIsNotUsedAndLeavesNothingBehindWhenItIsReplaced() throws Exception {
        write(List.of(FIVE, ORDER), 5);
        byte[] key = keys().get(1);
        byte[] value = Objects.requireNonNull(open().get(CounterRecords.SPACE, key));
        value[2] ^= 1;
        raw(List.of(new Change.Put(CounterRecords.SPACE, key, value)));

        Store store = open();
        CompletableFuture<Long> durable = new CompletableFuture<>();
        CounterDisk disk = new CounterDisk(store, durable::complete, durable::completeExceptionally);
        Table<CounterKey, CounterRow> table = table();
        disk.load(table);
        assertThat(table.known(SLOT)).isZero();
        assertThat(keys()).as("evidence stays until it is replaced").hasSize(3);

        disk.write(List.of(new Effect.Store<>(SLOT, 7, 0, false, List.of(total("c", 7, Sums.of(1, 0))), List.of())), 1);
        assertThat(durable.get(10, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(keys()).as("the new row, and what makes it count").hasSize(2);
    }

    @Test
    void aNewerFormatIsNotTakenForDamage() throws Exception {
        write(List.of(FIVE), 3);
        byte[] key = keys().get(0);
        byte[] value = Objects.requireNonNull(open().get(CounterRecords.SPACE, key));
        value[0] = CounterRecords.FORMAT_LAST + 1;
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(key);
        crc.update(value, 0, value.length - Integer.BYTES);
        java.nio.ByteBuffer.wrap(value).putInt(value.length - Integer.BYTES, (int) crc.getValue());
        raw(List.of(new Change.Put(CounterRecords.SPACE, key, value)));

        assertThatThrownBy(this::load).isInstanceOf(IllegalStateException.class).hasMessageContaining("format 3");
    }

    private static Row<CounterKey, CounterRow> total(String name, long version, Sums sums) {
        return new Row<>(new CounterKey.Total(name), version, sums);
    }

    private static boolean isMeta(Change change) {
        return change instanceof Change.Put put
                && CounterRecords.place(put.key()).meta();
    }

    /** {@code put KEY VALUE}, in hexadecimal. */
    private static String text(Change change) {
        HexFormat hex = HexFormat.of();
        if (change instanceof Change.Put put) {
            return "put " + hex.formatHex(put.key()) + " " + hex.formatHex(put.value());
        } else if (change instanceof Change.Delete delete) {
            return "delete " + hex.formatHex(delete.key());
        }
        Change.DeleteRange range = (Change.DeleteRange) change;
        return "delete " + hex.formatHex(range.from()) + " to " + hex.formatHex(range.to());
    }

    private static Table<CounterKey, CounterRow> table() {
        Table<CounterKey, CounterRow> table = new Table<>(
                new Slot(9, 9, new NodeId("n1", 4)),
                TableSettings.defaults(TableSettings.Departed.KEEP),
                CounterWire.wire());
        table.keepOnDisk();
        return table;
    }

    private Table<CounterKey, CounterRow> load() {
        Table<CounterKey, CounterRow> table = table();
        new CounterDisk(open(), number -> {}, failure -> {}).load(table);
        return table;
    }

    private void write(List<Row<CounterKey, CounterRow>> rows, long known) throws Exception {
        CompletableFuture<Long> durable = new CompletableFuture<>();
        CounterDisk disk = new CounterDisk(open(), durable::complete, durable::completeExceptionally);
        disk.write(List.of(new Effect.Store<>(SLOT, known, 0, false, rows, List.of())), 1);
        durable.get(10, TimeUnit.SECONDS);
    }

    private void raw(List<Change> changes) throws Exception {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        open().write(changes, new Store.Completion() {
            @Override
            public void durable() {
                done.complete(true);
            }

            @Override
            public void failed(StoreFailure failure) {
                done.completeExceptionally(failure);
            }
        });
        done.get(10, TimeUnit.SECONDS);
    }

    private List<byte[]> keys() {
        List<byte[]> keys = new ArrayList<>();
        open().scan(CounterRecords.SPACE, CounterRecords.first(), CounterRecords.last(), (key, value) -> {
            keys.add(key);
            return true;
        });
        return keys;
    }

    /** The one store of this test. */
    private Store open() {
        if (opened.isEmpty()) {
            opened.add(NodeStore.open(directory, "a", StoreSettings.fromConfig(ConfigFactory.load())));
        }
        return (Store) opened.get(0);
    }
}

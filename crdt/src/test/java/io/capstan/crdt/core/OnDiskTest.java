package io.capstan.crdt.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.TableSettings.Departed;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a table tells to be on disk is what it holds, and no more. */
class OnDiskTest {
    private final Table<CounterKey, CounterRow> table =
            new Table<>(new Slot(1, 1, new NodeId("a", 1)), TableSettings.defaults(Departed.KEEP), CounterWire.wire());
    private final Map<Slot, TreeMap<Long, Row<CounterKey, CounterRow>>> disk = new HashMap<>();
    private final Map<Slot, Long> known = new HashMap<>();

    private void drain() {
        for (Effect<CounterKey, CounterRow> effect : table.drain()) {
            if (effect instanceof Effect.Store<CounterKey, CounterRow> store) {
                TreeMap<Long, Row<CounterKey, CounterRow>> rows =
                        disk.computeIfAbsent(store.slot(), any -> new TreeMap<>());
                if (store.whole()) {
                    rows.clear();
                }
                store.rows().forEach(row -> rows.put(row.version(), row));
                store.gone().forEach(rows::remove);
                known.put(store.slot(), store.known());
            }
        }
    }

    @Test
    void afterAnyChangesTheDiskHoldsTheRowsAndNoneThatWereReplacedOrForgotten() {
        table.keepOnDisk();
        SplittableRandom random = new SplittableRandom(7);
        long now = 0;
        for (int step = 0; step < 500; step++) {
            CounterKey key = new CounterKey.Total("counter-" + random.nextInt(8));
            if (random.nextInt(4) == 0) {
                table.remove(key);
            } else {
                table.put(key, Sums.of(step, 0));
            }
            if (random.nextInt(3) == 0) {
                now += 20_000;
                table.tick(now);
            }
            if (random.nextBoolean()) {
                drain();
                assertDiskIsTable(table.slot());
            }
        }
    }

    @Test
    void aSlotThatIsFoldedIsGoneFromDiskAndWhatItWasFoldedIntoIsThere() {
        table.keepOnDisk();
        table.foldsSlots(
                key -> key instanceof CounterKey.Folded folded ? folded.slot() : null,
                row -> ((Retired) row).version());
        Slot departed = new Slot(2, 2, new NodeId("b", 1));
        CounterKey key = new CounterKey.Total("k");
        table.restore(departed, 1, 0, java.util.List.of(new Row<>(key, 1, Sums.of(3, 1))));
        drain();
        Map<CounterKey, CounterRow> rows = new java.util.LinkedHashMap<>();
        rows.put(key, Sums.of(3, 1));
        rows.put(new CounterKey.Folded(departed), new Retired(1, 1, 3, 1));
        table.fold(rows, 0);
        drain();

        assertThat(disk.get(departed)).isEmpty();
        assertThat(known).containsEntry(departed, 0L).containsEntry(Slot.FOLDED, 2L);
        assertDiskIsTable(Slot.FOLDED);
        assertThat(table.slots()).doesNotContain(departed);
        assertThat(table.known(departed)).isEqualTo(1);
    }

    private void assertDiskIsTable(Slot slot) {
        Map<CounterKey, CounterRow> held = new HashMap<>();
        table.forEach(slot, held::put);
        Map<CounterKey, CounterRow> there = new HashMap<>();
        int live = 0;
        for (Row<CounterKey, CounterRow> row :
                disk.getOrDefault(slot, new TreeMap<>()).values()) {
            CounterRow value = row.value();
            if (value != null) {
                there.put(row.key(), value);
                live++;
            }
        }
        assertThat(there).isEqualTo(held);
        assertThat(live).as("rows that were replaced").isEqualTo(held.size());
        assertThat(known).containsEntry(slot, table.known(slot));
    }
}

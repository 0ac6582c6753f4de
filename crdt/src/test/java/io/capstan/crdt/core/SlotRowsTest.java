package io.capstan.crdt.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A slot's rows, beside a map that keeps their order. */
class SlotRowsTest {
    /** Few hashes for many keys, so that searches go far. */
    private record Key(int number) {
        @Override
        public int hashCode() {
            return number % 7;
        }
    }

    private static final RowMeasure<Key, Integer> MEASURE = new RowMeasure<>() {
        @Override
        public int bytes(Row<Key, Integer> row) {
            return 1;
        }

        @Override
        public long hash(Row<Key, Integer> row) {
            return row.version() * 31 + row.key().number();
        }
    };

    @Test
    void rowsAreFoundAndWalkedAsInAnOrderedMap() {
        for (long seed = 1; seed <= 60; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int keys = random.nextInt(1, 120);
            SlotRows<Key, Integer> rows = new SlotRows<>(MEASURE, UnaryOperator.identity());
            Map<Key, Row<Key, Integer>> model = new LinkedHashMap<>();
            for (int version = 1; version <= 600; version++) {
                Key key = new Key(random.nextInt(keys));
                if (random.nextInt(4) == 0 && model.containsKey(key)) {
                    rows.forget(model.remove(key));
                } else {
                    Row<Key, Integer> row = new Row<>(key, version, random.nextInt(5) == 0 ? null : version * 2);
                    assertThat(rows.append(row)).isEqualTo(model.remove(key));
                    model.put(key, row);
                }
                if (version % 20 == 0) {
                    check(rows, model, keys);
                }
            }
        }
    }

    @Test
    void aRowThatIsNotTheLatestOfItsKeyIsNotForgotten() {
        SlotRows<Key, Integer> rows = new SlotRows<>(MEASURE, UnaryOperator.identity());
        Row<Key, Integer> old = new Row<>(new Key(1), 1, null);
        rows.append(old);
        Row<Key, Integer> latest = new Row<>(new Key(1), 2, 5);
        rows.append(latest);
        rows.forget(old);

        assertThat(rows.get(new Key(1))).isEqualTo(latest);
    }

    private static void check(SlotRows<Key, Integer> rows, Map<Key, Row<Key, Integer>> model, int keys) {
        for (int number = 0; number < keys; number++) {
            Row<Key, Integer> expected = model.get(new Key(number));
            assertThat(rows.get(new Key(number))).isEqualTo(expected);
            assertThat(rows.value(new Key(number))).isEqualTo(expected == null ? null : expected.value());
        }
        assertThat(rows.size()).isEqualTo(model.size());
        assertThat(rows.unordered()).containsExactlyElementsOf(model.values());
        Map<Key, Integer> live = new LinkedHashMap<>();
        rows.forEachLive(live::put);
        assertThat(live.keySet())
                .containsExactlyElementsOf(model.values().stream()
                        .filter(row -> !row.removed())
                        .map(Row::key)
                        .collect(Collectors.toList()));
        assertThat(rows.hash())
                .isEqualTo(model.values().stream()
                        .filter(row -> !row.removed())
                        .mapToLong(MEASURE::hash)
                        .sum());
        model.values()
                .forEach(row ->
                        assertThat(rows.at(rows.indexAbove(row.version() - 1))).isEqualTo(row));
    }
}

package io.capstan.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EntryRingTest {
    /** Beside a plain list that does the same slowly. */
    @Test
    void holdsWhatAListWouldAndWeighsItRight() {
        for (long seed = 1; seed <= 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            EntryRing ring = new EntryRing(1);
            List<Entry> model = new ArrayList<>();
            long next = 1;
            for (int step = 0; step < 300; step++) {
                switch (random.nextInt(8)) {
                    case 0 -> {
                        long from = next - random.nextInt(8);
                        long first = model.isEmpty() ? next : model.get(0).index();
                        if (from >= 1 && from < next) {
                            ring.truncate(from);
                            model.removeIf(entry -> entry.index() >= from);
                            next = from;
                            assertThat(ring.first()).isEqualTo(Math.min(first, from));
                        }
                    }
                    case 1 -> {
                        long to = ring.first() + random.nextInt(5);
                        ring.forget(to);
                        model.removeIf(entry -> entry.index() < to);
                    }
                    default -> {
                        Entry entry = new Entry(next++, 1, 0, Entry.Kind.COMMAND, new byte[random.nextInt(20)]);
                        ring.append(entry);
                        model.add(entry);
                    }
                }
                compare(ring, model, seed);
            }
        }
    }

    private static void compare(EntryRing ring, List<Entry> model, long seed) {
        assertThat(ring.last() - ring.first() + 1).as("seed %d", seed).isEqualTo(model.size());
        long weight = 0;
        for (Entry entry : model) {
            assertThat(ring.get(entry.index())).isSameAs(entry);
            weight += entry.bytes();
        }
        assertThat(ring.weight(ring.first() - 1, ring.last()))
                .as("seed %d", seed)
                .isEqualTo(weight);
        if (model.size() > 2) {
            long inner =
                    weight - model.get(0).bytes() - model.get(model.size() - 1).bytes();
            assertThat(ring.weight(ring.first(), ring.last() - 1)).isEqualTo(inner);
            List<Entry> slice = ring.slice(ring.first() + 1, ring.last(), 3, 60);
            assertThat(slice).isEqualTo(model.subList(1, 1 + slice.size()));
            assertThat(slice.size() == 1
                            || slice.stream().mapToInt(Entry::bytes).sum() <= 60)
                    .isTrue();
        }
    }
}

package io.capstan.raft.internal.effect;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.raft.Effects;
import io.capstan.raft.internal.effect.Box.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class BoxTest {
    private final Box box = new Box();

    private static Effects.Id id(long index) {
        return new Effects.Id("g", 1, index, 0);
    }

    @Test
    void aMessageThatComesAgainIsNotDeliveredAgain() {
        assertThat(box.take(id(1), null, id(1))).isEqualTo(Verdict.NEW);
        assertThat(box.take(id(1), null, id(1))).isEqualTo(Verdict.AGAIN);
    }

    @Test
    void aMessageWaitsForTheOneBeforeIt() {
        assertThat(box.take(id(2), id(1), id(1))).isEqualTo(Verdict.EARLY);
        assertThat(box.take(id(1), null, id(1))).isEqualTo(Verdict.NEW);
        assertThat(box.take(id(2), id(1), id(1))).isEqualTo(Verdict.NEW);
    }

    @Test
    void whatIsAcknowledgedIsForgottenAndStillNotDeliveredAgainWhenAnOldLeaderSendsIt() {
        box.take(id(1), null, id(1));
        box.take(id(2), null, id(1));
        assertThat(box.take(id(9), null, id(9))).isEqualTo(Verdict.NEW);
        assertThat(box.size()).isEqualTo(1);

        assertThat(box.take(id(1), null, id(1))).isEqualTo(Verdict.AGAIN);
        assertThat(box.take(id(5), null, id(1)))
                .as("given up meanwhile, and never delivered")
                .isEqualTo(Verdict.AGAIN);
    }

    /** Leaders that send again and again, in whatever order, as of whatever they have applied. */
    @Test
    void whateverOldAndNewLeadersSendEachMessageIsDeliveredOnceAndInOrder() {
        for (long seed = 1; seed <= 200; seed++) {
            Random random = new Random(seed);
            Box all = new Box();
            List<Long> delivered = new ArrayList<>();
            // What the log has acknowledged, as it was at some moments: any leader may be as old as any of them.
            List<TreeSet<Long>> past = new ArrayList<>();
            TreeSet<Long> outstanding = new TreeSet<>();
            Map<Long, Boolean> known = new HashMap<>();
            long last = 0;
            for (int step = 0; step < 200; step++) {
                if (random.nextInt(3) == 0) {
                    outstanding.add(++last);
                }
                past.add(new TreeSet<>(outstanding));
                TreeSet<Long> seen = past.get(random.nextBoolean() ? past.size() - 1 : random.nextInt(past.size()));
                if (seen.isEmpty()) {
                    continue;
                }
                List<Long> choice = List.copyOf(seen);
                long message = choice.get(random.nextInt(choice.size()));
                Long before = seen.lower(message);
                Verdict verdict = all.take(id(message), before == null ? null : id(before), id(seen.first()));
                if (verdict == Verdict.NEW) {
                    delivered.add(message);
                }
                if (verdict != Verdict.EARLY) {
                    known.put(message, true);
                }
                outstanding.removeIf(it -> known.containsKey(it) && random.nextInt(4) == 0);
            }
            assertThat(delivered).as("seed %d", seed).doesNotHaveDuplicates().isSorted();
        }
    }
}

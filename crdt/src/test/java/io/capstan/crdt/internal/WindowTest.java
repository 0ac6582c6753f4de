package io.capstan.crdt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.crdt.core.CounterKey.Windowed;
import io.capstan.crdt.core.Ring;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What was counted of late counts, and what was counted before does not. */
class WindowTest {
    private static final Windowed TEN_SECONDS = new Windowed("w", 1_000, 10);

    private final MeetingReplica a = new MeetingReplica("a");
    private final MeetingReplica b = new MeetingReplica("b");

    @Test
    void whatIsOlderThanTheWindowIsForgottenWithItsBucket() {
        at(500);
        cells(a).add(3);
        at(9_999);
        cells(a).add(4);
        assertThat(cells(a).value()).isEqualTo(7);
        at(10_000);
        assertThat(cells(a).value()).isEqualTo(4);
        at(18_999);
        assertThat(cells(a).value()).isEqualTo(4);
        at(19_000);
        assertThat(cells(a).value()).isZero();
    }

    @Test
    void othersCountTooAndAreForgottenAtTheSameTime() {
        at(500);
        cells(a).add(3);
        cells(b).add(5);
        at(1_500);
        cells(b).add(7);
        a.meet(b);
        assertThat(cells(a).value()).isEqualTo(15);
        assertThat(cells(b).value()).isEqualTo(15);
        at(10_500);
        assertThat(cells(a).value()).isEqualTo(7);
        assertThat(cells(b).value()).isEqualTo(7);
    }

    @Test
    void aRowCarriesOnlyWhatStillCounts() {
        for (int second = 0; second < 100; second++) {
            at(second * 1_000L);
            cells(a).add(1);
            a.flush();
        }
        assertThat(a.counters.table().rowCount()).isEqualTo(1);
        a.meet(b);
        assertThat(cells(b).value()).isEqualTo(10);
    }

    @Test
    void aClockThatIsSetBackLosesNothingThatIsCountedNow() {
        at(50_000);
        cells(a).add(1);
        at(20_000); // The same place of the ring.
        cells(a).add(2);
        assertThat(cells(a).value()).isEqualTo(3);
    }

    @Test
    void whatIsToldOfAClockThatWasSetBackFitsAWindowAndBeginsNow() {
        at(3_605_000);
        cells(a).add(1);
        at(21_000);
        cells(a).add(2);

        assertThat(cells(a).clean()).isEqualTo(new Ring(21, List.of(2L)));
    }

    @Test
    void whateverIsCountedWhenAllReadTheSameAndJustTheWindow() {
        for (long seed = 1; seed <= 100; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<MeetingReplica> nodes =
                    List.of(new MeetingReplica("a"), new MeetingReplica("b"), new MeetingReplica("c"));
            Deque<long[]> counted = new ArrayDeque<>();
            long now = 0;
            for (int step = 0; step < 100; step++) {
                now += random.nextInt(700);
                long wall = now;
                nodes.forEach(node -> node.wallMillis = wall);
                int count = random.nextInt(5);
                cells(nodes.get(random.nextInt(3))).add(count);
                counted.add(new long[] {now / 1_000, count});
                if (random.nextInt(4) == 0) {
                    nodes.get(random.nextInt(3)).meet(nodes.get(random.nextInt(2)));
                }
            }
            for (int i = 0; i < 2; i++) {
                nodes.get(0).meet(nodes.get(1));
                nodes.get(1).meet(nodes.get(2));
            }
            nodes.get(0).meet(nodes.get(2));
            long oldest = now / 1_000 - 9;
            long expected = new ArrayList<>(counted)
                    .stream()
                            .filter(one -> one[0] >= oldest)
                            .mapToLong(one -> one[1])
                            .sum();
            for (MeetingReplica node : nodes) {
                assertThat(cells(node).value())
                        .as("seed %d at %s", seed, node.id)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void aWindowThatCannotBeIsRefused() {
        assertThatThrownBy(() -> new Windowed("w", 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Windowed("w", 10, 1_001)).isInstanceOf(IllegalArgumentException.class);
    }

    private void at(long wallMillis) {
        a.wallMillis = wallMillis;
        b.wallMillis = wallMillis;
    }

    private static WindowCells cells(MeetingReplica node) {
        return Objects.requireNonNull(node.book.windowed(TEN_SECONDS));
    }
}

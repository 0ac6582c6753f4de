package io.capstan.crdt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.crdt.core.Baseline;
import io.capstan.crdt.core.CounterKey.Reset;
import io.capstan.crdt.core.CounterKey.Total;
import io.capstan.crdt.core.Deltas;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Resets take out what they have seen and nothing else; deleted counters leave nothing behind. */
class ResetTest {
    private final MeetingReplica a = new MeetingReplica("a");
    private final MeetingReplica b = new MeetingReplica("b");
    private final MeetingReplica c = new MeetingReplica("c");

    @Test
    void whatWasSeenIsTakenOutAndWhatOthersAddMeanwhileStays() {
        a.cells("k").add(5);
        b.cells("k").add(3);
        a.meet(b);
        b.cells("k").add(10); // Not seen by a.
        a.counters.reset("k", false);
        a.flush();
        assertThat(a.value("k")).isZero();

        a.meet(b);
        assertThat(a.value("k")).isEqualTo(10);
        assertThat(b.value("k")).isEqualTo(10);
    }

    @Test
    void twoResetsOfTheSameAddsTakeThemOutOnce() {
        a.cells("k").add(5);
        a.meet(b);
        a.counters.reset("k", false);
        b.counters.reset("k", false);
        a.meet(b);
        assertThat(a.value("k")).isZero();
        a.cells("k").add(2);
        a.meet(b);

        assertThat(a.value("k")).isEqualTo(2);
        assertThat(b.value("k")).isEqualTo(2);
    }

    @Test
    void whatWasAddedAndNotStampedYetIsTakenOutToo() {
        a.cells("k").add(5);
        a.cells("k").add(-2);
        a.counters.reset("k", false);
        a.cells("k").add(1);
        a.flush();

        assertThat(a.value("k")).isEqualTo(1);
    }

    @Test
    void aResetThatArrivesBeforeWhatItTakesOutNeverCountsBelowNothing() {
        // b dies after a has seen its adds. c hears of a's reset, and of b's rows only up to an older version, or
        // never.
        b.cells("k").add(5);
        b.meet(c);
        b.cells("k").add(4);
        b.meet(a);
        a.counters.reset("k", false);
        a.counters.drain();
        MeetingReplica d = new MeetingReplica("d");
        a.meet(d);

        assertThat(d.value("k")).isZero();
        d.meet(c);
        assertThat(c.value("k")).isZero();
    }

    @Test
    void operationsAreTakenOutOnceAReSetHasSeenThemInAnySlot() {
        a.counters.add("o-1", Deltas.of(Map.of("k", 7L, "other", 1L)));
        a.meet(b);
        b.counters.reset("k", false);
        // The caller repeats it at c, which has heard of nothing: it is the same operation.
        c.counters.add("o-1", Deltas.of(Map.of("k", 7L, "other", 1L)));
        c.counters.add("o-2", Deltas.of(Map.of("k", 2L)));
        c.flush();
        assertThat(c.value("k")).isEqualTo(9);
        b.meet(c);

        assertThat(c.value("k")).isEqualTo(2);
        assertThat(b.value("k")).isEqualTo(2);
        assertThat(b.value("other")).isEqualTo(1);
    }

    @Test
    void aDeletedCounterIsListedNoMoreAndGivesItsRowsAndCellsBack() {
        a.cells("k").add(5);
        b.cells("k").add(3);
        a.meet(b);
        a.counters.reset("k", true);
        a.meet(b);
        a.meet(b);

        for (MeetingReplica replica : new MeetingReplica[] {a, b}) {
            assertThat(replica.book.find("k")).isNull();
            assertThat(replica.counters.table().values(new Total("k"))).isEmpty();
        }
        assertThat(a.counters.table().own(new Reset("k"))).isNotNull();
        a.pass(1);
        a.pass(60_000);
        assertThat(a.counters.table().own(new Reset("k")))
                .as("the reset itself, once nothing is left that it takes out")
                .isNull();
        a.meet(b);
        assertThat(b.counters.table().values(new Reset("k"))).isEmpty();
        assertThat(b.book.find("k")).isNull();
    }

    @Test
    void aDeletedCounterIsCountedAgainFromNothing() {
        a.cells("k").add(5);
        a.meet(b);
        a.meet(c);
        b.counters.reset("k", true);
        b.meet(a);
        b.meet(a);
        assertThat(a.book.find("k")).isNull();
        a.cells("k").add(2); // Less than what the reset remembers: it must not hide behind that.
        a.meet(b);
        b.meet(c);

        assertThat(a.value("k")).isEqualTo(2);
        assertThat(b.value("k")).isEqualTo(2);
        assertThat(c.value("k")).isEqualTo(2);
        assertThat(a.cells("k").hidden()).isFalse();
    }

    @Test
    void whatAnotherAddsMeanwhileKeepsADeletedCounterAlive() {
        a.cells("k").add(5);
        a.meet(b);
        b.cells("k").add(1);
        a.counters.reset("k", true);
        a.meet(b);

        assertThat(a.value("k")).isEqualTo(1);
        assertThat(a.cells("k").hidden()).isFalse();
    }

    @Test
    void anAddToRetiredCellsIsRefusedSoThatItIsMadeElsewhere() {
        Cells old = a.cells("k");
        old.add(5);
        a.counters.reset("k", true);
        a.flush();

        assertThat(old.retired()).isTrue();
        assertThat(old.add(1)).isFalse();
        assertThat(old.add(-1)).isFalse();
        assertThat(a.cells("k")).isNotSameAs(old);
    }

    @Test
    void noAddIsLostToARetirementAtTheSameMoment() throws Exception {
        // One thread adds as a Counter does; the other deletes over and over. What is taken out and what is left is
        // all.
        AtomicBoolean deleting = new AtomicBoolean(true);
        long[] adds = new long[1];
        Thread thread = new Thread(() -> {
            Cells cells = a.cells("k");
            while (deleting.get()) {
                while (!cells.add(1)) {
                    cells = a.cells("k");
                }
                adds[0]++;
            }
        });
        thread.start();
        Map<Long, Long> takenOut = new HashMap<>();
        for (int i = 0; i < 200_000 && takenOut.size() < 20; i++) {
            a.counters.reset("k", true);
            if (a.counters.table().own(new Reset("k")) instanceof Baseline baseline) {
                baseline.seen().forEach(seen -> takenOut.merge(seen.since(), seen.added(), Math::max));
            }
            a.flush();
        }
        deleting.set(false);
        thread.join();
        a.flush();
        // Of every count that was deleted, by when it began, all that was seen of it.
        assertThat(takenOut.values().stream().mapToLong(Long::longValue).sum() + a.value("k"))
                .isEqualTo(adds[0]);
    }

    @Test
    void whateverIsResetAndMetInWhateverOrderAllReadTheSame() {
        for (long seed = 1; seed <= 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            MeetingReplica[] nodes = {new MeetingReplica("a"), new MeetingReplica("b"), new MeetingReplica("c")};
            for (int step = 0; step < 60; step++) {
                MeetingReplica one = nodes[random.nextInt(3)];
                MeetingReplica other = nodes[random.nextInt(3)];
                switch (random.nextInt(7)) {
                    case 0 -> one.counters.reset("k", random.nextBoolean());
                    case 1 -> one.counters.add("o-" + random.nextInt(8), Deltas.of(Map.of("k", 1L)));
                    case 2, 3 -> {
                        if (one != other) {
                            one.meet(other);
                        }
                    }
                    default -> one.cells("k").add(random.nextLong(-5, 10));
                }
            }
            for (int round = 0; round < 4; round++) {
                nodes[0].meet(nodes[1]);
                nodes[1].meet(nodes[2]);
                nodes[2].meet(nodes[0]);
            }
            assertThat(nodes[1].value("k")).as("seed %d", seed).isEqualTo(nodes[0].value("k"));
            assertThat(nodes[2].value("k")).as("seed %d", seed).isEqualTo(nodes[0].value("k"));
        }
    }
}

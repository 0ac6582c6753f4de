package io.capstan.crdt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.crdt.core.CounterKey;
import io.capstan.crdt.core.Deltas;
import io.capstan.crdt.core.Ledger;
import io.capstan.crdt.core.LedgerCommand;
import io.capstan.crdt.core.LedgerView;
import io.capstan.crdt.core.Slot;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a departed start of a node has counted, of every kind, is folded and goes on counting. */
class FoldTest {
    private static final CounterKey.Windowed WINDOW = new CounterKey.Windowed("w", 1_000, 10);

    private final Ledger ledger = new Ledger();
    private final MeetingReplica a = new MeetingReplica("a", 1, 1);
    private final MeetingReplica b = new MeetingReplica("b", 1, 2);
    /** Dies, and is started again as {@link #later}. */
    private final MeetingReplica c = new MeetingReplica("c", 1, 3);

    private final MeetingReplica later = new MeetingReplica("c", 2, 4);

    private static boolean talk(Ledger ledger, MeetingReplica member) {
        LedgerView view = ledger.view();
        LedgerCommand command = member.counters.folder().next(view);
        if (member.counters.folder().mayFold(view)) {
            member.counters.folder().fold(view);
        } else if (command != null) {
            ledger.execute(command);
        } else {
            return false;
        }
        member.flush();
        return true;
    }

    /** Everybody talks until nobody has anything to say. */
    private void talk(MeetingReplica... members) {
        boolean said = true;
        while (said) {
            said = false;
            for (MeetingReplica member : members) {
                said |= talk(ledger, member);
            }
        }
    }

    private void meetAll(MeetingReplica... members) {
        for (int i = 0; i < 3; i++) {
            for (MeetingReplica one : members) {
                for (MeetingReplica other : members) {
                    if (one != other) {
                        one.meet(other);
                    }
                }
            }
        }
    }

    private void cDiesAndIsFolded() {
        talk(a, b, c);
        meetAll(a, b, c);
        meetAll(a, b, later);
        talk(a, b, later);
        meetAll(a, b, later); // Who sets something right in its resets confirms once the others have that.
        talk(a, b, later);
        for (MeetingReplica member : List.of(a, b, later)) {
            assertThat(member.counters.held().slots()).as("at %s", member.id).isEqualTo(3);
            assertThat(member.counters.held().folded()).isEqualTo(1);
        }
    }

    private void assertAllRead(String counter, long value) {
        for (MeetingReplica member : List.of(a, b, later)) {
            assertThat(member.value(counter)).as("at %s", member.id).isEqualTo(value);
        }
    }

    @Test
    void whatItAddedAndTookCountsOn() {
        a.cells("k").add(4);
        c.cells("k").add(10);
        c.cells("k").add(-3);
        cDiesAndIsFolded();
        assertAllRead("k", 11);
        later.cells("k").add(1);
        meetAll(a, b, later);
        assertAllRead("k", 12);
    }

    @Test
    void aNewNodeGetsWhatWasFoldedFromOneWhoFolded() {
        c.cells("k").add(10);
        cDiesAndIsFolded();
        MeetingReplica fresh = new MeetingReplica("d", 1, 9);
        fresh.meet(b);
        assertThat(fresh.value("k")).isEqualTo(10);
        assertThat(fresh.counters.folder().folds()).isEqualTo(1);
    }

    @Test
    void anOperationIsStillKnownByItsId() {
        Deltas deltas = Deltas.of(Map.of("k", 5L));
        assertThat(c.counters.add("id", deltas)).isTrue();
        c.flush();
        cDiesAndIsFolded();
        assertAllRead("k", 5);
        assertThat(a.counters.add("id", deltas)).isTrue();
        assertThat(a.counters.add("id", Deltas.of(Map.of("k", 6L)))).isFalse();
        meetAll(a, b, later);
        assertAllRead("k", 5);
    }

    @Test
    void aResetBeforeTheFoldGoesOnTakingOutWhatItSaw() {
        c.cells("k").add(10);
        assertThat(c.counters.add("id", Deltas.of(Map.of("k", 5L)))).isTrue();
        meetAll(a, b, c);
        assertThat(a.counters.reset("k", false)).isTrue();
        a.flush();
        c.cells("k").add(2);
        cDiesAndIsFolded();
        assertAllRead("k", 2);
    }

    @Test
    void aResetThatSawTheSlotJustBeforeItsFoldIsHeardOfAfterIt() {
        c.cells("k").add(10);
        assertThat(c.counters.add("id", Deltas.of(Map.of("k", 5L)))).isTrue();
        talk(a, b, c);
        meetAll(a, b, c);
        meetAll(a, b, later);
        while (ledger.view().folds() == 0) {
            for (MeetingReplica member : List.of(a, b, later)) {
                LedgerCommand command = member.counters.folder().next(ledger.view());
                if (command != null) {
                    ledger.execute(command);
                }
            }
        }
        assertThat(a.counters.reset("k", false))
                .as("a has confirmed, and not folded yet")
                .isTrue();
        a.flush();
        talk(a, b, later);
        meetAll(a, b, later);
        assertAllRead("k", 0);
    }

    @Test
    void aResetAfterTheFoldNeedsNoEntryForWhatWasFolded() {
        c.cells("k").add(10);
        cDiesAndIsFolded();
        assertThat(a.counters.reset("k", false)).isTrue();
        a.flush();
        b.cells("k").add(2);
        meetAll(a, b, later);
        assertAllRead("k", 2);
        assertThat(String.valueOf(a.counters.table().own(new CounterKey.Reset("k"))))
                .doesNotContain(c.counters.table().slot().toString());
    }

    @Test
    void aDeletedCounterBegunAnewIsNotHiddenByWhatItsResetRemembers() {
        c.cells("k").add(10);
        meetAll(a, b, c);
        assertThat(a.counters.reset("k", true)).isTrue();
        meetAll(a, b, c);
        c.cells("k").add(3);
        cDiesAndIsFolded();
        assertAllRead("k", 3);
    }

    @Test
    void whatAMemberSetsRightInItsResetsIsHeldByAllBeforeItConfirmsOrNobodyCouldOnceItIsDead() {
        talk(a, b, c);
        c.cells("k").add(10);
        meetAll(a, b, c);
        assertThat(a.counters.reset("k", true)).isTrue();
        meetAll(a, b, c);
        c.cells("k").add(3);
        meetAll(a, b, c);
        meetAll(a, b, later);
        talk(b, later);
        for (int i = 0; i < 3; i++) {
            talk(ledger, a);
            a.flush();
        }
        assertThat(ledger.view().folds()).as("a has died before b heard of it").isZero();
        MeetingReplica again = new MeetingReplica("a", 2, 5);
        meetAll(again, b, later);
        talk(again, b, later);

        assertThat(b.counters.held().folded())
                .as("a's first slot in the same fold")
                .isEqualTo(2);
        assertThat(b.value("k")).isEqualTo(3);
        assertThat(later.value("k")).isEqualTo(3);
    }

    @Test
    void aWindowGoesOnCountingBucketByBucket() {
        for (MeetingReplica member : List.of(a, b, c, later)) {
            member.wallMillis = 100_000;
        }
        Objects.requireNonNull(a.book.windowed(WINDOW)).add(2);
        Objects.requireNonNull(c.book.windowed(WINDOW)).add(3);
        cDiesAndIsFolded();
        for (MeetingReplica member : List.of(a, b, later)) {
            assertThat(Objects.requireNonNull(member.book.windowed(WINDOW)).value())
                    .isEqualTo(5);
        }
    }

    @Test
    void rightsOfABoundedCounterGoToOneWhoLives() {
        EscrowCells cells = Objects.requireNonNull(c.book.bounded("stock"));
        cells.add(10);
        assertThat(cells.take(3)).isTrue();
        cDiesAndIsFolded();
        meetAll(a, b, later);
        long rights = 0;
        for (MeetingReplica member : List.of(a, b, later)) {
            EscrowCells mine = Objects.requireNonNull(member.book.bounded("stock"));
            assertThat(mine.value()).isEqualTo(7);
            rights += mine.rights();
        }
        assertThat(rights).isEqualTo(7);
    }

    @Test
    void aRowOfABoundedCounterNamesEachNodeOnceHoweverOftenItWasStarted() {
        Objects.requireNonNull(a.book.bounded("stock")).add(1_000);
        for (int start = 1; start <= 20; start++) {
            MeetingReplica other = new MeetingReplica("z", start, 100 + start);
            CompletableFuture<Outcome> taken = new CompletableFuture<>();
            other.counters.escrows().add(new Escrows.Waiting("stock", 2, 1_000, taken));
            a.meet(other);
            a.meet(other);
            assertThat(taken).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(Outcome.DONE);
        }
        String row = String.valueOf(a.counters.table().own(new CounterKey.Bounded("stock")));
        assertThat(row.split("z#", -1)).hasSize(2);
    }

    @Test
    void moreThanWasFoldedIsReportedWithItsAmountAndCountsNowhere() {
        c.cells("k").add(10);
        talk(a, b, c);
        meetAll(a, b, c);
        c.cells("k").add(5);
        MeetingReplica cloned = new MeetingReplica("d", 1, 9);
        cloned.meet(c);
        meetAll(a, b, later);
        talk(a, b, later);
        assertThat(cloned.value("k")).isEqualTo(15);
        cloned.meet(a);

        assertThat(cloned.value("k")).isEqualTo(10);
        assertThat(cloned.excesses).containsExactly("5 added, 0 taken");
        b.meet(cloned);
        assertThat(b.value("k")).isEqualTo(10);
        assertThat(b.counters.table().slots())
                .doesNotContain(c.counters.table().slot())
                .contains(Slot.FOLDED);
    }

    @Test
    void whoHoldsMoreThanWasAgreedHasItRaisedFirst() {
        c.cells("k").add(10);
        talk(a, b, c);
        meetAll(a, b, c);
        c.cells("k").add(5);
        MeetingReplica more = new MeetingReplica("d", 1, 9);
        more.meet(c);
        talk(a, b, more);
        a.meet(later);
        b.meet(later);
        for (MeetingReplica member : List.of(later, a, b)) {
            for (int i = 0; i < 3; i++) {
                talk(ledger, member);
            }
        }
        assertThat(ledger.view().folds()).as("d has not confirmed").isZero();
        more.meet(later);
        talk(a, b, later, more);
        meetAll(a, b, later, more);
        talk(a, b, later, more);
        assertAllRead("k", 15);
        assertThat(a.counters.held().folded()).isEqualTo(1);
    }
}

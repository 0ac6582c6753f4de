package io.capstan.crdt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.crdt.core.CounterKey;
import io.capstan.crdt.core.CounterRow;
import io.capstan.crdt.core.Deltas;
import io.capstan.crdt.core.Ledger;
import io.capstan.crdt.core.LedgerCommand;
import io.capstan.crdt.core.LedgerView;
import io.capstan.crdt.core.Row;
import io.capstan.crdt.core.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What was folded is lost with all who had it, and the ledger that tells of it is not. */
class BegunAnewTest {
    private static final int LOOKS = 20;

    private final Ledger ledger = new Ledger();
    private final MeetingReplica a = new MeetingReplica("a", 1, 1);
    private final MeetingReplica b = new MeetingReplica("b", 1, 2);
    /** Takes no part. */
    private final MeetingReplica outsider = new MeetingReplica("d", 1, 3);

    private final MeetingReplica later = new MeetingReplica("a", 2, 4);
    private final MeetingReplica a3 = new MeetingReplica("a", 3, 5);
    private final MeetingReplica b2 = new MeetingReplica("b", 2, 6);

    private void look(MeetingReplica member) {
        LedgerView view = ledger.view();
        LedgerCommand command = member.counters.folder().next(view);
        if (member.counters.folder().mayFold(view)) {
            member.counters.folder().fold(view);
        } else if (command != null) {
            ledger.execute(command);
        }
        member.flush();
    }

    private void talk(MeetingReplica... members) {
        for (int i = 0; i < LOOKS; i++) {
            for (MeetingReplica member : members) {
                look(member);
            }
        }
    }

    /** The first start of a has added 10 to k, is over, and is folded by its later start and b. */
    private void aIsFolded() {
        a.cells("k").add(10);
        talk(a, b);
        a.meet(b);
        talk(later);
        later.meet(b);
        talk(later, b);
        assertThat(b.counters.status().folded()).isEqualTo(1);
        assertThat(later.value("k")).isEqualTo(10);
    }

    private static List<Row<CounterKey, CounterRow>> folded(MeetingReplica node) {
        List<Row<CounterKey, CounterRow>> rows = new ArrayList<>();
        node.counters
                .table()
                .forEach(
                        Slot.FOLDED,
                        (key, row) ->
                                rows.add(new Row<>(key, node.counters.table().version(Slot.FOLDED, key), row)));
        return rows;
    }

    @Test
    void onceAllWhoHadItAreGoneTheMembersBeginAnewAndFoldAsBefore() {
        aIsFolded();
        b2.cells("k").add(2);
        talk(a3, b2);
        assertThat(ledger.view().beginsAnew()).isTrue();
        MeetingReplica b3 = new MeetingReplica("b", 3, 7);
        a3.meet(b2);
        talk(b3);
        b3.meet(a3);
        talk(a3, b3);

        assertThat(a3.counters.status().folded()).isEqualTo(1);
        assertThat(a3.counters.status().slots()).isEqualTo(2);
        assertThat(a3.value("k")).isEqualTo(2);
        assertThat(b3.value("k")).isEqualTo(2);
    }

    @Test
    void nothingIsBegunAnewWhileAMemberThatMayHaveItIsAway() {
        aIsFolded();
        talk(a3);
        assertThat(ledger.view().anew().lost()).containsKey("a");
        assertThat(ledger.view().beginsAnew()).isFalse();
        a3.meet(b);
        talk(a3, b);

        assertThat(ledger.view().beginsAnew()).isFalse();
        assertThat(a3.value("k")).isEqualTo(10);
    }

    @Test
    void whatIsKeptOnDiskIsNeverBegunAnewAndCountsWhenADiskComesBack() {
        aIsFolded();
        a3.counters.table().keepOnDisk();
        b2.counters.table().keepOnDisk();
        talk(a3, b2);
        a3.meet(b2);
        talk(a3, b2);
        assertThat(ledger.view().folds()).isEqualTo(1);
        assertThat(ledger.view().anew().lost()).isEmpty();
        assertThat(a3.counters.status().behind()).as("an operator is told so").isEqualTo(1);

        MeetingReplica restored = new MeetingReplica("b", 3, 7);
        restored.counters.table().keepOnDisk();
        restored.counters.table().restore(Slot.FOLDED, b.counters.table().known(Slot.FOLDED), 0, folded(b));
        restored.counters.drain();
        talk(restored);
        restored.meet(a3);
        talk(a3, restored);
        assertThat(a3.value("k")).isEqualTo(10);
        assertThat(a3.counters.status().slots()).isEqualTo(2);
        assertThat(a3.counters.status().behind()).isZero();
    }

    @Test
    void whoHasItStillAndTookNoPartTakesWhatWasBegunAnewAndReportsWhatCountsNowhere() {
        aIsFolded();
        outsider.cells("k").add(1);
        outsider.meet(b);
        assertThat(outsider.value("k")).isEqualTo(11);
        talk(a3, b2);
        b2.cells("k").add(2);
        b2.meet(a3);
        MeetingReplica b3 = new MeetingReplica("b", 3, 7);
        talk(b3);
        b3.meet(a3);
        talk(a3, b3);
        outsider.meet(a3);

        assertThat(outsider.excesses).containsExactly("10 added, 0 taken");
        assertThat(outsider.value("k")).isEqualTo(3);
        assertThat(a3.value("k")).isEqualTo(3);
        assertThat(folded(outsider)).isEqualTo(folded(a3));
        assertThat(outsider.counters.table().known(b2.counters.table().slot()))
                .isEqualTo(a3.counters.table().known(b2.counters.table().slot()));
    }

    @Test
    void itGoesOnFromWhatAllMembersHold() {
        aIsFolded();
        later.cells("k").add(5);
        later.meet(b);
        talk(a3);
        a3.meet(b);
        while (ledger.view().folds() < 2) {
            look(a3);
            look(b);
        }
        // Both made it and died; who was started then has the fold before, and not what the last one folded.
        long known = b.counters.table().known(Slot.FOLDED);
        MeetingReplica a4 = new MeetingReplica("a", 4, 8);
        List<Row<CounterKey, CounterRow>> before = List.of(
                new Row<>(new CounterKey.Total("k"), 1, io.capstan.crdt.core.Sums.of(10, 0)),
                new Row<>(
                        new CounterKey.Folded(a.counters.table().slot()),
                        2,
                        new io.capstan.crdt.core.Retired(1, 1, 10, 0)));
        a4.counters.table().restore(Slot.FOLDED, 2, 0, before);
        a4.counters.drain();
        talk(a4, b2);
        assertThat(ledger.view().folds()).as("b holds less").isEqualTo(2);
        a4.meet(b2);
        talk(a4, b2);

        assertThat(known).isGreaterThanOrEqualTo(2);
        assertThat(ledger.view().beginsAnew()).isTrue();
        assertThat(ledger.view().anew().from()).isEqualTo(2);
        assertThat(b.counters.folder().mayFold(ledger.view()))
                .as("who holds something else gets it from others")
                .isFalse();
        assertThat(a4.value("k")).isEqualTo(10);
        assertThat(b2.value("k")).isEqualTo(10);
        assertThat(folded(a4)).isEqualTo(folded(b2));
    }

    @Test
    void operationsOfTheLostAreTakenAgainAndAreForgottenAgainAfterTheirWindow() {
        for (MeetingReplica node : List.of(a, b, a3, b2)) {
            node.counters.keepOperations(Duration.ofSeconds(1));
            node.pass(0);
        }
        talk(a, b);
        assertThat(a.counters.add("id", Deltas.of(Map.of("k", 5L)))).isTrue();
        forget(a, b);
        assertThat(b.value("k")).isEqualTo(5);
        talk(a3, b2);
        assertThat(ledger.view().beginsAnew()).isTrue();
        assertThat(b2.value("k")).isZero();
        assertThat(b2.counters.add("id", Deltas.of(Map.of("k", 5L)))).isTrue();
        forget(a3, b2);

        assertThat(a3.value("k")).isEqualTo(5);
        assertThat(b2.value("k")).isEqualTo(5);
    }

    private void forget(MeetingReplica one, MeetingReplica other) {
        one.meet(other);
        for (int i = 0; i < 30; i++) {
            one.pass(50);
            other.pass(50);
        }
        talk(one, other);
        assertThat(one.counters.operations()).isZero();
    }
}

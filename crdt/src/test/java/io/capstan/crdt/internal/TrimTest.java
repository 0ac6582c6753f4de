package io.capstan.crdt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.crdt.core.CounterKey;
import io.capstan.crdt.core.CounterRow;
import io.capstan.crdt.core.Deltas;
import io.capstan.crdt.core.Ledger;
import io.capstan.crdt.core.LedgerCommand;
import io.capstan.crdt.core.LedgerView;
import io.capstan.crdt.core.Positions;
import io.capstan.crdt.core.Row;
import io.capstan.crdt.core.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Operations that are older than their window are forgotten, and what they added stays. */
class TrimTest {
    private static final Duration WINDOW = Duration.ofSeconds(1);
    private static final Deltas FIVE = Deltas.of(Map.of("k", 5L));

    private final Ledger ledger = new Ledger();
    private final MeetingReplica a = node("a", 1);
    private final MeetingReplica b = node("b", 2);
    private final MeetingReplica c = node("c", 3);
    private final List<MeetingReplica> members = List.of(a, b, c);

    private static MeetingReplica node(String name, long bits) {
        MeetingReplica node = new MeetingReplica(name, 1, bits);
        node.counters.keepOperations(WINDOW);
        node.pass(0);
        return node;
    }

    private boolean talk(MeetingReplica member, LedgerView view) {
        LedgerCommand command = member.counters.folder().next(view);
        member.flush();
        if (member.counters.folder().mayFold(view)) {
            member.counters.folder().fold(view);
            member.flush();
            return true;
        }
        if (command != null) {
            ledger.execute(command);
        }
        return command != null;
    }

    private void talkAll(MeetingReplica... some) {
        boolean said = true;
        while (said) {
            said = false;
            for (MeetingReplica member : some) {
                said |= talk(member, ledger.view());
            }
        }
    }

    private void meetAll() {
        for (int i = 0; i < 2; i++) {
            a.meet(b);
            b.meet(c);
            a.meet(c);
        }
    }

    private void pass() {
        for (int i = 0; i < 25; i++) {
            members.forEach(member -> member.pass(50));
        }
    }

    /** All have joined, and hold an operation of a's that adds 5 to k and is older than the window. */
    private void aHasAddedFive() {
        talkAll(a, b, c);
        assertThat(a.counters.add("id", FIVE)).isTrue();
        meetAll();
        pass();
    }

    /** Each of these confirms the cut of a's slot, which is named first. */
    private void confirm(MeetingReplica... some) {
        while (ledger.view().cut().isNone()) {
            talk(a, ledger.view());
        }
        for (MeetingReplica member : some) {
            assertThat(talk(member, ledger.view())).as("%s confirms", member.id).isTrue();
        }
    }

    private void assertAllRead(long value) {
        for (MeetingReplica member : members) {
            assertThat(member.value("k")).as("at %s", member.id).isEqualTo(value);
        }
    }

    private boolean holdsRow(MeetingReplica node) {
        return node.counters.table().version(a.counters.table().slot(), new CounterKey.Operation("id")) > 0;
    }

    @Test
    void whatTheyAddedStaysAndTheirRowsGoWithTheNextFold() {
        aHasAddedFive();
        confirm(a, b, c);
        talk(a, ledger.view());
        talk(a, ledger.view());
        assertThat(a.counters.operations()).isZero();
        assertThat(holdsRow(a)).as("b and c need it still").isTrue();
        talkAll(a, b, c);
        assertAllRead(5);
        assertThat(b.counters.add("next", FIVE)).isTrue();
        meetAll();
        pass();
        talkAll(a, b, c);
        talkAll(a, b, c);
        meetAll();

        assertAllRead(10);
        assertThat(holdsRow(a)).isFalse();
        assertThat(holdsRow(c)).isFalse();
    }

    @Test
    void whatOneMemberAloneHasSeenResetIsLeftOutByAll() {
        aHasAddedFive();
        b.counters.reset("k", false);
        confirm(b, a, c);
        talkAll(a, c);
        assertThat(a.counters.table().value(Slot.FOLDED, new CounterKey.Total("k")))
                .isNull();
        talkAll(a, b, c);
        meetAll();
        assertAllRead(0);
    }

    @Test
    void aResetOfAMemberThatHasConfirmedTakesOutWhatIsCutThen() {
        aHasAddedFive();
        confirm(a, b, c);
        c.counters.reset("k", false);
        c.flush();
        assertThat(c.value("k")).isZero();
        talkAll(a, b);
        b.meet(c);
        assertThat(b.value("k")).as("b has cut and c has not").isZero();
        talkAll(a, b, c);
        assertThat(a.counters.add("next", FIVE)).isTrue();
        meetAll();
        assertAllRead(5);
        assertThat(String.valueOf(c.counters.table().own(new CounterKey.Reset("k"))))
                .as("nobody needs to know of the cut any more")
                .doesNotContain("capstan-trimmed");
        for (int i = 0; i < 3; i++) {
            pass();
            assertThat(a.counters.add("later-" + i, FIVE)).isTrue();
            meetAll();
            pass();
            talkAll(a, b, c);
        }
        assertAllRead(20);
        List<CounterKey> cuts = new ArrayList<>();
        a.counters.table().forEach(Slot.FOLDED, (key, row) -> {
            if (key instanceof CounterKey.Trim) {
                cuts.add(key);
            }
        });
        assertThat(cuts).hasSize(2);
    }

    @Test
    void aResetOfAMemberThatDiedBeforeItKnewOfTheCutGoesOnTakingOutJustWhatItSaw() {
        aHasAddedFive();
        b.counters.reset("k", false);
        assertThat(a.counters.add("other", Deltas.of(Map.of("k", 3L)))).isTrue();
        meetAll();
        pass();
        assertAllRead(3);
        confirm(b, a, c);
        c.counters.reset("k", false);
        a.meet(c);
        ledger.execute(new LedgerCommand.Remove("c"));
        a.meet(b);
        talkAll(a, b);
        assertThat(a.value("k")).isZero();
        assertThat(a.counters.status().folded()).isEqualTo(1);

        assertThat(a.counters.add("next", FIVE)).isTrue();
        a.meet(b);
        pass();
        talkAll(a, b);
        assertThat(a.counters.operations()).isZero();
        assertThat(a.value("k")).isEqualTo(5);
        assertThat(b.value("k")).isEqualTo(5);
    }

    @Test
    void aResetThatAlsoSawWhatOthersHadResetTakesItOutOnce() {
        aHasAddedFive();
        assertThat(a.counters.add("other", Deltas.of(Map.of("k", 3L)))).isTrue();
        meetAll();
        pass();
        b.counters.reset("k", false);
        confirm(b, a, c);
        c.counters.reset("k", false);
        talkAll(a, b, c);
        a.cells("k").add(100);
        assertThat(a.counters.add("next", FIVE)).isTrue();
        meetAll();
        pass();
        talkAll(a, b, c);
        assertAllRead(105);
    }

    @Test
    void anOldViewDoesNotMakeAMemberForgetWhatItHasConfirmed() {
        aHasAddedFive();
        assertThat(b.counters.add("of-b", Deltas.of(Map.of("m", 1L)))).isTrue();
        meetAll();
        pass();
        while (ledger.view().cut().isNone()) {
            talk(a, ledger.view());
        }
        LedgerView old = ledger.view();
        talk(b, ledger.view());
        assertThat(ledger.view().cut().upTo()).hasSize(2);
        confirm(c);
        assertThat(c.counters.folder().next(old)).isNull();
        c.counters.reset("k", false);
        talkAll(a, b, c);
        meetAll();
        assertAllRead(0);
    }

    @Test
    void aNodeThatIsNoMemberMakesNoCutAsOwnersMayHaveRemovedWhatItSums() {
        aHasAddedFive();
        confirm(a, b, c);
        LedgerView decided = ledger.view();
        MeetingReplica other = node("d", 9);
        Slot slot = a.counters.table().slot();
        other.counters.table().restore(slot, 7, 0, List.of());
        other.counters.drain();

        assertThat(b.counters.folder().mayFold(decided)).isTrue();
        assertThat(other.counters.folder().mayFold(decided)).isFalse();
    }

    @Test
    void whoComesLaterOrFromABackupCountsWhatWasCutOffOnce() {
        aHasAddedFive();
        MeetingReplica backup = node("d", 9);
        Slot slot = a.counters.table().slot();
        backup.counters.table().restore(slot, a.counters.table().version(), 0, rows(a, slot));
        backup.flush();
        assertThat(backup.value("k")).isEqualTo(5);
        talkAll(a, b, c);
        MeetingReplica fresh = node("e", 10);
        fresh.meet(b);
        backup.meet(b);

        assertThat(fresh.value("k")).isEqualTo(5);
        assertThat(backup.value("k")).isEqualTo(5);
        assertThat(backup.counters.operations()).isZero();
    }

    @Test
    void whoHearsOfTheCutFirstAndOfTheRowsThatItCutOffLaterCountsThemOnce() {
        aHasAddedFive();
        confirm(a, b, c);
        talk(a, ledger.view());
        assertThat(holdsRow(a)).isTrue();
        MeetingReplica fresh = node("d", 9);
        for (Slot slot : List.of(Slot.FOLDED, a.counters.table().slot())) {
            fresh.counters.table().restore(slot, a.counters.table().known(slot), 0, rows(a, slot));
            fresh.flush();
        }

        assertThat(holdsRow(fresh)).isTrue();
        assertThat(fresh.value("k")).isEqualTo(5);
    }

    private static List<Row<CounterKey, CounterRow>> rows(MeetingReplica node, Slot slot) {
        List<Row<CounterKey, CounterRow>> rows = new ArrayList<>();
        var table = node.counters.table();
        table.forEach(slot, (key, row) -> rows.add(new Row<>(key, table.version(slot, key), row)));
        return rows;
    }

    @Test
    void whatIsKeptOfANodeThatOnlyTriesAgainWhatOthersHadFirstStaysSmall() {
        talkAll(a, b, c);
        int most = 0;
        for (int i = 0; i < 300; i++) {
            assertThat(a.counters.add("id-" + i, FIVE)).isTrue();
            members.forEach(member -> member.pass(500));
            meetAll();
            assertThat(b.counters.add("id-" + i, FIVE)).isTrue();
            meetAll();
            members.forEach(member -> member.pass(500));
            talkAll(a, b, c);
            CounterKey beyond = new CounterKey.Trimmed(b.counters.table().slot());
            if (a.counters.table().value(Slot.FOLDED, beyond) instanceof Positions positions) {
                most = Math.max(most, positions.beyond().size());
            }
        }
        pass();
        talkAll(a, b, c);

        assertAllRead(1_500);
        assertThat(a.counters.operations()).isZero();
        assertThat(most).isBetween(1, 100);
    }

    @Test
    void whileASlotIsHeldOfWhichNoMemberSpeaksNothingIsForgotten() {
        aHasAddedFive();
        MeetingReplica stranger = new MeetingReplica("d", 1, 9);
        assertThat(stranger.counters.add("id", FIVE)).isTrue();
        stranger.meet(c);
        for (int i = 0; i < 10; i++) {
            talk(a, ledger.view());
            talk(b, ledger.view());
            talk(c, ledger.view());
        }
        assertThat(ledger.view().folds()).isZero();
        assertThat(c.counters.status().inTheWay()).isEqualTo(1);
        stranger.counters.keepOperations(WINDOW);
        talkAll(stranger);
        stranger.meet(c);
        stranger.meet(a);
        pass();
        meetAll();
        talkAll(a, b, c, stranger);
        assertThat(ledger.view().folds()).isEqualTo(1);
        assertAllRead(5);
        stranger.meet(a);
        assertThat(stranger.value("k")).isEqualTo(5);
    }
}

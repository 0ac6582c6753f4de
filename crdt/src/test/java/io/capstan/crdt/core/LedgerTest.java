package io.capstan.crdt.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.LedgerCommand.Confirm;
import io.capstan.crdt.core.LedgerCommand.ConfirmCut;
import io.capstan.crdt.core.LedgerCommand.GiveUp;
import io.capstan.crdt.core.LedgerCommand.Join;
import io.capstan.crdt.core.LedgerCommand.Lack;
import io.capstan.crdt.core.LedgerCommand.Lost;
import io.capstan.crdt.core.LedgerCommand.Remove;
import io.capstan.crdt.core.LedgerCommand.Retire;
import io.capstan.crdt.core.LedgerCommand.Trim;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What members agree on before they fold. */
class LedgerTest {
    private static final Slot A1 = slot("a", 1);
    private static final Slot A2 = slot("a", 2);
    private static final Slot A3 = slot("a", 3);
    private static final Slot B1 = slot("b", 1);
    private static final Slot B2 = slot("b", 2);
    private static final Slot C1 = slot("c", 1);

    private final Ledger ledger = new Ledger();

    private static Slot slot(String name, long incarnation) {
        return new Slot(name.charAt(0), incarnation, new NodeId(name, incarnation));
    }

    private LedgerView say(LedgerCommand... commands) {
        LedgerView view = ledger.view();
        for (LedgerCommand command : commands) {
            view = ledger.execute(command);
        }
        return view;
    }

    /** a was started again: its first slot is departed, and named to be folded at 5. */
    private LedgerView aIsStartedAgain() {
        return say(new Join(A1), new Join(B1), new Join(A2), new Retire(B1, 0, Map.of(A1, 5L)));
    }

    private LedgerView confirm(Slot sender) {
        return say(new Confirm(sender, ledger.view().folds(), ledger.view().revision()));
    }

    @Test
    void aFoldIsDecidedOnceEveryMemberHasConfirmedTheVersion() {
        assertThat(aIsStartedAgain().next()).isEqualTo(Map.of(A1, 5L));
        assertThat(confirm(B1).folds()).isZero();
        LedgerView decided = confirm(A2);

        assertThat(decided.folds()).isEqualTo(1);
        assertThat(decided.last()).isEqualTo(Map.of(A1, 5L));
        assertThat(decided.next()).isEmpty();
    }

    @Test
    void whoeverHoldsMoreRaisesItAndAllConfirmAgain() {
        aIsStartedAgain();
        confirm(B1);
        say(new Retire(A2, 0, Map.of(A1, 7L)));
        assertThat(confirm(A2).folds()).isZero();
        LedgerView decided = confirm(B1);

        assertThat(decided.last()).isEqualTo(Map.of(A1, 7L));
    }

    @Test
    void aConfirmationOfAnEarlierRevisionCountsForNothing() {
        LedgerView before = aIsStartedAgain();
        say(new Retire(A2, 0, Map.of(A1, 7L)));
        say(new Confirm(A2, 0, before.revision()), new Confirm(B1, 0, before.revision()));

        assertThat(ledger.view().folds()).isZero();
        assertThat(ledger.view().confirmed()).isEmpty();
    }

    @Test
    void whenAMemberIsStartedAgainAllConfirmAgainAsItsSlotIsDepartedToo() {
        aIsStartedAgain();
        confirm(A2);
        assertThat(say(new Join(B2)).confirmed()).isEmpty();
        assertThat(confirm(A2).folds())
                .as("b may have lost what it had confirmed")
                .isZero();
        assertThat(confirm(B1).folds()).as("of an earlier start").isZero();
        assertThat(confirm(B2).folds()).isEqualTo(1);
    }

    @Test
    void theSlotOfOneWhoMayLiveIsNotFolded() {
        say(new Join(A1), new Join(B1));
        assertThat(say(new Retire(B1, 0, Map.of(A1, 5L, C1, 3L))).next())
                .as("a lives, c is unknown")
                .isEmpty();
    }

    @Test
    void nobodyWaitsForAMemberThatWasRemoved() {
        say(new Join(C1));
        aIsStartedAgain();
        confirm(A2);
        confirm(B1);
        assertThat(ledger.view().folds()).isZero();
        assertThat(say(new Remove("c")).confirmed())
                .as("c's slot is departed too, and may have to be in the same fold")
                .isEmpty();
        confirm(A2);
        LedgerView decided = confirm(B1);

        assertThat(decided.folds()).isEqualTo(1);
        assertThat(decided.departed(C1)).isTrue();
        say(new Join(C1));
        assertThat(ledger.view().present(C1)).as("the start that was removed").isFalse();
        assertThat(say(new Join(slot("c", 2))).present(slot("c", 2))).isTrue();
    }

    @Test
    void whoIsBehindTheFoldsSaysNothingThatCounts() {
        aIsStartedAgain();
        confirm(A2);
        confirm(B1);
        assertThat(say(new Retire(B1, 0, Map.of(A1, 9L))).next())
                .as("a slot that is folded by now")
                .isEmpty();
    }

    @Test
    void whatAllMembersLackNobodyWaitsFor() {
        aIsStartedAgain();
        long revision = ledger.view().revision();
        say(new Lack(A2, 0, revision, Map.of(A1, 3L)));
        assertThat(ledger.view().next()).isEqualTo(Map.of(A1, 5L));
        assertThat(say(new Lack(B1, 0, revision, Map.of(A1, 4L))).next()).isEqualTo(Map.of(A1, 4L));
    }

    @Test
    void noMoreSlotsThanFitOneFrameAreFoldedAtOnce() {
        say(new Join(B1), new Join(slot("a", 10_000)));
        for (long i = 1; i <= Ledger.BATCH_MAX + 10; i++) {
            say(new Retire(B1, 0, Map.of(slot("a", i), i)));
        }
        assertThat(ledger.view().next()).hasSize(Ledger.BATCH_MAX);
        assertThat(LedgerWire.bytes(ledger.view()).length).isLessThan(48 * 1024);
    }

    private LedgerView confirmCut(Slot sender, Set<Long> strays, Set<Integer> taken) {
        return say(new ConfirmCut(sender, ledger.view().folds(), ledger.view().revision(), strays, taken, Set.of()));
    }

    @Test
    void operationsAreCutOffOnceEveryMemberHasConfirmedAndWhatAllSaidIsKnown() {
        say(new Join(A1), new Join(B1), new Trim(A1, 0, A1, 5), new Trim(B1, 0, Slot.FOLDED, 3));
        confirmCut(A1, Set.of(), Set.of(0, 2));
        assertThat(ledger.view().folds()).isZero();
        LedgerView decided = confirmCut(B1, Set.of(7L), Set.of(1));

        assertThat(decided.folds()).isEqualTo(1);
        assertThat(decided.last()).isEmpty();
        assertThat(decided.cut().isNone()).isTrue();
        assertThat(decided.lastCut())
                .isEqualTo(
                        new Cut(2, Map.of(A1, 5L, Slot.FOLDED, 3L), Map.of(B1, Set.of(7L)), Set.of(0, 1, 2), Set.of()));
    }

    @Test
    void onePrefixMoreTakesBackWhatWasConfirmed() {
        say(new Join(A1), new Join(B1), new Trim(A1, 0, A1, 5));
        confirmCut(A1, Set.of(9L), Set.of(0));
        LedgerView view = say(new Trim(B1, 0, B1, 3));

        assertThat(view.confirmed()).isEmpty();
        assertThat(view.cut()).isEqualTo(new Cut(2, Map.of(A1, 5L, B1, 3L), Map.of(), Set.of(), Set.of()));
    }

    @Test
    void nobodySpeaksForAnothersSlotNorTwiceForItsOwn() {
        say(new Join(A1), new Join(B1), new Trim(A1, 0, B1, 5), new Trim(A1, 0, A1, 5), new Trim(A1, 0, A1, 6));
        assertThat(ledger.view().cut().upTo()).isEqualTo(Map.of(A1, 5L));
    }

    @Test
    void aCutIsGivenUpForTheDepartedAsNobodySpeaksForThemUntilTheyAreFolded() {
        for (LedgerCommand departs : List.of(new Join(A2), new Remove("a"), new Join(C1))) {
            Ledger one = new Ledger();
            for (LedgerCommand command : List.of(new Join(A1), new Join(B1), new Trim(B1, 0, B1, 5))) {
                one.execute(command);
            }
            one.execute(new ConfirmCut(B1, 0, one.view().revision(), Set.of(), Set.of(), Set.of()));
            LedgerView view = one.execute(departs);
            assertThat(view.cut().isNone()).as("after %s", departs).isTrue();
            assertThat(view.confirmed()).isEmpty();
            assertThat(view.folds()).isZero();
        }
        say(new Join(A1), new Join(B1), new Join(A2), new Trim(B1, 0, B1, 5), new Retire(B1, 0, Map.of(A1, 5L)));
        assertThat(ledger.view().cut().isNone()).isTrue();
        assertThat(say(new Trim(B1, 0, B1, 5)).cut().isNone()).as("slots first").isTrue();
    }

    @Test
    void aCutThatFitsNoFrameIsGivenUpAndSoIsOneThatSomebodyCannotConfirm() {
        say(new Join(A1), new Join(B1), new Trim(A1, 0, A1, 5));
        assertThat(confirmCut(A1, Set.of(), Set.of(Cut.DELTAS_MAX)).cut().isNone())
                .isTrue();
        say(new Trim(A1, 0, A1, 5));
        say(new GiveUp(B1, 0, ledger.view().revision() - 1));
        assertThat(ledger.view().cut().isNone()).as("of an earlier revision").isFalse();
        assertThat(say(new GiveUp(B1, 0, ledger.view().revision())).cut().isNone())
                .isTrue();
    }

    @Test
    void bytesOfCutsComeBackAsTheyWere() {
        List<LedgerCommand> commands = List.of(
                new Trim(B1, 2, Slot.FOLDED, 300),
                new ConfirmCut(B1, 2, 7, Set.of(5L, 300L), Set.of(0, 2, 9), Set.of(3L)),
                new GiveUp(B1, 2, 7));
        for (LedgerCommand command : commands) {
            assertThat(LedgerWire.command(LedgerWire.bytes(command))).isEqualTo(command);
        }
        String b1 = "00000000000000620000000000000001" + "0162" + "0000000000000001";
        assertThat(hex(LedgerWire.bytes(commands.get(1))))
                .isEqualTo("0107" + b1 + "02" + "07" + "02" + "05" + "a702" + "02" + "0502" + "01" + "03");
        assertThat(hex(LedgerWire.bytes(commands.get(2)))).isEqualTo("0108" + b1 + "02" + "07");
        say(new Join(B1), new Trim(B1, 0, B1, 5));
        String pending = "01" + "01" + b1 + "05" + "00" + "00" + "00";
        String none = "00".repeat(5);
        assertThat(hex(LedgerWire.bytes(ledger.view())))
                .isEqualTo("02" + "01" + b1 + "00" + "00" + "00" + "00" + "01" + "00" + "00" + "00" + pending + none);
        assertThat(LedgerWire.view(LedgerWire.bytes(ledger.view()))).isEqualTo(ledger.view());
        confirmCut(B1, Set.of(9L), Set.of(1));
        assertThat(ledger.view().folds()).isEqualTo(1);
        assertThat(LedgerWire.view(LedgerWire.bytes(ledger.view()))).isEqualTo(ledger.view());
    }

    @Test
    void bytesComeBackAsTheyWere() {
        List<LedgerCommand> commands = List.of(
                new Join(A1),
                new Remove("c"),
                new Retire(B1, 2, Map.of(A1, 300L)),
                new Confirm(B1, 2, 7),
                new Lack(B1, 2, 7, Map.of(A1, 4L)));
        for (LedgerCommand command : commands) {
            assertThat(LedgerWire.command(LedgerWire.bytes(command))).isEqualTo(command);
        }
        aIsStartedAgain();
        confirm(B1);
        say(new Lack(A2, 0, ledger.view().revision(), Map.of(A1, 4L)));
        assertThat(LedgerWire.view(LedgerWire.bytes(ledger.view()))).isEqualTo(ledger.view());
        assertThat(hex(LedgerWire.bytes(commands.get(2))))
                .isEqualTo("0103" + "00000000000000620000000000000001" + "0162" + "0000000000000001" + "02" + "01"
                        + "00000000000000610000000000000001" + "0161" + "0000000000000001" + "ac02");
        assertThat(hex(LedgerWire.bytes(LedgerView.empty()))).isEqualTo("01" + "00".repeat(8));
        assertThatThrownBy(() -> LedgerWire.command(new byte[] {2, 1})).isInstanceOf(MalformedFrame.class);
        assertThatThrownBy(() -> LedgerWire.command(new byte[] {1, 9})).isInstanceOf(MalformedFrame.class);
        assertThatThrownBy(() -> LedgerWire.view(new byte[] {1, 5})).isInstanceOf(MalformedFrame.class);
        byte[] longer = Arrays.copyOf(LedgerWire.bytes(new Join(A1)), LedgerWire.bytes(new Join(A1)).length + 1);
        assertThatThrownBy(() -> LedgerWire.command(longer)).isInstanceOf(MalformedFrame.class);
    }

    @Test
    void whatIsLostWithAllWhoHadItIsBegunAnewOnceEveryMemberSaysSoAndHoldsTheSame() {
        aIsStartedAgain();
        confirm(A2);
        confirm(B1);
        say(new Join(A3), new Join(B2));
        say(new Lost(A3, 1, 0), new Lost(B1, 1, 0));
        assertThat(ledger.view().folds()).as("of a start of b that is over").isEqualTo(1);
        say(new Lost(B2, 1, 7));
        assertThat(ledger.view().folds()).as("b holds more").isEqualTo(1);
        LedgerView begun = say(new Lost(A3, 1, 7));

        assertThat(begun.folds()).isEqualTo(2);
        assertThat(begun.beginsAnew()).isTrue();
        assertThat(begun.anew()).isEqualTo(new Anew(1, 2, 3, 7, Map.of()));
        assertThat(begun.last()).isEmpty();
        say(new Retire(A3, 2, Map.of(A2, 3L)));
        confirm(A3);
        assertThat(confirm(B2).beginsAnew()).isFalse();
    }

    @Test
    void nothingIsBegunAnewWhileAMemberThatMadeTheLastFoldSpeaksOrSomebodyIsAway() {
        aIsStartedAgain();
        confirm(A2);
        confirm(B1);
        say(new Lost(A2, 1, 0), new Retire(B1, 1, Map.of()));
        assertThat(ledger.view().anew()).isEqualTo(Anew.NEVER);
        say(new Lost(A2, 1, 0), new Lost(A2, 0, 0), new Lost(B1, 0, 0));
        assertThat(ledger.view().folds()).as("of an earlier fold").isEqualTo(1);
        assertThat(say(new Remove("b")).beginsAnew())
                .as("nobody waits for who was removed")
                .isTrue();
        Ledger fresh = new Ledger();
        fresh.execute(new Join(A1));
        assertThat(fresh.execute(new Lost(A1, 0, 0)).folds())
                .as("nothing was folded")
                .isZero();
    }

    @Test
    void bytesOfWhatWasBegunAnewComeBackAsTheyWere() {
        LedgerCommand lost = new Lost(B1, 2, 300);
        String b1 = "00000000000000620000000000000001" + "0162" + "0000000000000001";
        assertThat(LedgerWire.command(LedgerWire.bytes(lost))).isEqualTo(lost);
        assertThat(hex(LedgerWire.bytes(lost))).isEqualTo("0109" + b1 + "02" + "ac02");
        aIsStartedAgain();
        confirm(A2);
        confirm(B1);
        say(new Lost(A2, 1, 3), new Lost(B1, 1, 3), new Lost(B1, 2, 4));
        String none = "00".repeat(5);
        assertThat(hex(LedgerWire.bytes(ledger.view())))
                .startsWith("03")
                .endsWith(none + none + "01" + "02" + "03" + "03" + "01" + "0162" + "04");
        assertThat(LedgerWire.view(LedgerWire.bytes(ledger.view()))).isEqualTo(ledger.view());
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}

package io.capstan.registry.core;

import static io.capstan.registry.core.OneNode.A;
import static io.capstan.registry.core.OneNode.B;
import static io.capstan.registry.core.OneNode.C;
import static io.capstan.registry.core.OneNode.answer;
import static io.capstan.registry.core.OneNode.nameOrderedBy;
import static io.capstan.registry.core.OneNode.row;
import static io.capstan.registry.core.OneNode.send;
import static io.capstan.registry.core.OneNode.sent;
import static io.capstan.registry.core.OneNode.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.NodeId;
import io.capstan.registry.core.ClaimMessage.Ask;
import io.capstan.registry.core.ClaimMessage.Refused;
import io.capstan.registry.core.ClaimMessage.Seen;
import io.capstan.registry.core.NameRow.State;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a claim becomes an owner, rule by rule, as node b sees it. */
class ClaimTest {
    private static final long HIGHEST = -1;
    private static final long LOWEST = 0;

    private final OneNode b = OneNode.synced();
    private final NamesCore core = b.core;
    private final String name = nameOrderedBy(C);

    private void seen(NodeId from, NameRow row, State state) {
        core.message(from, new Seen(name, row.claim(), state, null));
    }

    @Test
    void aClaimIsAPendingRowThatNobodyIsShown() {
        b.register(name, "p");

        List<NamesEffect> effects = core.drain();
        assertThat(effects).hasSize(2);
        assertThat(effects.get(0)).isEqualTo(new NamesEffect.Watch("p"));
        assertThat(written(effects).state()).isEqualTo(State.PENDING);
        assertThat(core.holder(name)).isNull();
    }

    @Test
    void aClaimOwnsOnlyWithTheWordOfEveryVisibleNode() {
        b.register(name, "p");
        NameRow pending = written(core.drain());

        seen(A, pending, State.PENDING);
        assertThat(core.drain()).isEmpty();

        seen(C, pending, State.PENDING);
        NameRow owned = pending.asOwned();
        assertThat(core.drain())
                .containsExactly(new NamesEffect.Write(name, owned), new NamesEffect.Show(name, new Claim(B, owned)));
    }

    @Test
    void yesIsToldWhenEveryVisibleNodeHasStoredTheOwner() {
        b.register(name, "p");
        NameRow row = written(core.drain());
        seen(A, row, State.PENDING);
        seen(C, row, State.PENDING);
        core.drain();

        seen(A, row, State.OWNED);
        assertThat(core.drain()).isEmpty();
        seen(C, row, State.OWNED);
        assertThat(core.drain()).containsExactly(answer(1, new NameOutcome.Registered(row.claim())));
    }

    @Test
    void leaversStopCountingAndNewcomersAreAsked() {
        b.register(name, "p");
        NameRow row = written(core.drain());
        NodeId d = new NodeId("d", 1);
        core.visible(d);
        seen(A, row, State.PENDING);
        seen(C, row, State.PENDING);
        assertThat(core.drain()).as("d has not answered").isEmpty();

        core.tick(200);
        assertThat(core.drain()).containsExactly(send(d, new Ask(name, row.claim(), true)));

        core.hidden(d);
        assertThat(written(core.drain()).state()).isEqualTo(State.OWNED);
    }

    @Test
    void whoReturnsIsAskedAnew() {
        b.register(name, "p");
        NameRow row = written(core.drain());
        seen(A, row, State.PENDING);
        core.hidden(A);
        core.visible(A);
        seen(C, row, State.PENDING);

        assertThat(core.drain()).as("what a said before it left does not count").isEmpty();
    }

    @Test
    void whoeverStoresAClaimAnswersUnasked() {
        NameRow row = row(State.PENDING, 5, "q");
        b.changed(A, name, row);
        assertThat(core.drain()).containsExactly(send(A, new Seen(name, row.claim(), State.PENDING, null)));

        b.changed(A, name, row.asOwned());
        assertThat(sent(core.drain())).containsExactly(send(A, new Seen(name, row.claim(), State.OWNED, null)));
    }

    @Test
    void ownersThatComeWithAHealAreNotReportedOneByOne() {
        b.changed(A, name, row(State.OWNED, 5, "q"));
        assertThat(sent(core.drain())).isEmpty();

        core.message(A, new Ask(name, new ClaimId(5, 77), false));
        assertThat(sent(core.drain())).containsExactly(send(A, new Seen(name, new ClaimId(5, 77), State.OWNED, null)));
    }

    @Test
    void aNameThatSomebodyHasIsRefusedAtOnce() {
        NameRow row = row(State.OWNED, 5, "q");
        b.changed(A, name, row);
        core.drain();

        b.register(name, "p");

        assertThat(core.drain())
                .containsExactly(
                        new NamesEffect.Watch("p"),
                        new NamesEffect.Unwatch("p"),
                        answer(1, new NameOutcome.Taken(new Claim(A, row))));
    }

    @Test
    void aClaimRefusedForAnOwnerIsWithdrawnBeforeItIsAnswered() {
        b.register(name, "p");
        NameRow row = written(core.drain());
        Claim owner = new Claim(new NodeId("unseen", 1), row(State.OWNED, 5, "q"));

        core.message(A, new Refused(name, row.claim(), owner, false));

        assertThat(core.drain())
                .containsExactly(
                        new NamesEffect.Erase(name),
                        new NamesEffect.Unwatch("p"),
                        answer(1, new NameOutcome.Taken(owner)));
    }

    @Test
    void aRegisterPastItsDeadlineIsWithdrawnBeforeItIsAnswered() {
        b.register(name, "p");
        NameRow row = written(core.drain());
        core.time(1_000);
        seen(A, row, State.PENDING);
        seen(C, row, State.PENDING);
        assertThat(core.drain()).as("the word of all, too late").isEmpty();

        core.tick(1_000);

        assertThat(core.drain())
                .containsExactly(
                        new NamesEffect.Erase(name),
                        new NamesEffect.Unwatch("p"),
                        answer(1, new NameOutcome.TimedOut()));
    }

    @Test
    void theArbiterLetsTheFirstClaimGoFirst() {
        String ours = nameOrderedBy(B);
        NameRow first = row(State.PENDING, LOWEST, "q");
        NameRow second = row(State.PENDING, HIGHEST, "r");
        b.changed(A, ours, first);
        b.changed(C, ours, second);

        assertThat(core.drain())
                .containsExactly(
                        send(A, new Seen(ours, first.claim(), State.PENDING, null)),
                        send(C, new Refused(ours, second.claim(), new Claim(A, first), true)));
    }

    @Test
    void aClaimThatTheArbiterHasNotOrderedKeepsItsRivalWaitingForAWord() {
        b.register(name, "p");
        NameRow own = written(core.drain());
        NameRow rival = row(State.PENDING, LOWEST, "q");
        b.changed(A, name, rival);
        assertThat(core.drain()).isEmpty();

        seen(C, own, State.PENDING);
        assertThat(core.drain()).containsExactly(send(A, new Refused(name, rival.claim(), new Claim(B, own), false)));
    }

    @Test
    void aClaimThatTheArbiterSawSecondGivesItsWordToTheFirst() {
        b.register(name, "p");
        NameRow own = written(core.drain());
        NameRow rival = row(State.PENDING, LOWEST, "q");
        b.changed(A, name, rival);

        core.message(C, new Refused(name, own.claim(), new Claim(A, rival), true));

        assertThat(core.drain()).containsExactly(send(A, new Seen(name, rival.claim(), State.PENDING, own.claim())));
    }

    @Test
    void aSilentArbiterIsSkipped() {
        b.register(name, "p");
        NameRow own = written(core.drain());
        NameRow rival = row(State.PENDING, LOWEST, "q");
        b.changed(A, name, rival);

        core.tick(300);

        assertThat(sent(core.drain())).contains(send(A, new Refused(name, rival.claim(), new Claim(B, own), false)));
    }

    @Test
    void withoutOneOrderTheLowerClaimWaitsAndClaimsAgainWhenTheOtherWithdraws() {
        b.register(name, "p");
        NameRow own = written(core.drain());
        seen(C, own, State.PENDING);
        NameRow higher = row(State.PENDING, HIGHEST, "q");
        b.changed(A, name, higher);
        core.drain();

        core.message(A, new Refused(name, own.claim(), new Claim(A, higher), false));
        assertThat(core.drain()).containsExactly(send(A, new Seen(name, higher.claim(), State.PENDING, own.claim())));

        b.changed(A, name, null);
        assertThat(sent(core.drain())).containsExactly(send(A, new Ask(name, own.claim(), true)));
    }

    @Test
    void ofTwoThatWaitForEachOtherTheHigherGoesOn() {
        b.register(name, "p");
        NameRow own = written(core.drain());
        NameRow lower = row(State.PENDING, LOWEST, "q");
        b.changed(A, name, lower);
        core.message(C, new Refused(name, own.claim(), new Claim(A, lower), true));
        core.drain();

        core.message(A, new Seen(name, own.claim(), State.PENDING, lower.claim()));

        assertThat(core.drain()).containsExactly(send(C, new Ask(name, own.claim(), true)));
    }

    @Test
    void whoWasSkippedAsArbiterGivesItsWordWhenItHearsOfThat() {
        String ours = nameOrderedBy(B);
        NameRow first = row(State.PENDING, LOWEST, "q");
        NameRow second = row(State.PENDING, HIGHEST, "r");
        b.changed(A, ours, first);
        b.changed(C, ours, second);
        core.drain();

        core.message(C, new Ask(ours, second.claim(), false));
        assertThat(core.drain()).containsExactly(send(C, new Refused(ours, second.claim(), new Claim(A, first), true)));

        core.message(C, new Ask(ours, second.claim(), true));
        assertThat(core.drain()).containsExactly(send(C, new Seen(ours, second.claim(), State.PENDING, null)));
    }

    @Test
    void whoSkippedTheArbiterTellsItSo() {
        b.register(name, "p");
        NameRow own = written(core.drain());
        core.tick(300);
        core.drain();

        core.message(C, new Refused(name, own.claim(), new Claim(A, row(State.PENDING, LOWEST, "q")), true));

        assertThat(core.drain()).containsExactly(send(C, new Ask(name, own.claim(), true)));
    }

    @Test
    void whoHasTheWordOfALowerThatWaitsForItDoesNotWaitForThatOne() {
        b.register(name, "p");
        NameRow own = written(core.drain());
        NameRow lower = row(State.PENDING, LOWEST, "q");
        NameRow higher = row(State.PENDING, HIGHEST, "r");
        core.message(A, new Seen(name, own.claim(), State.PENDING, lower.claim()));
        b.changed(C, name, higher);
        core.message(C, new Refused(name, own.claim(), new Claim(C, higher), false));
        b.changed(A, name, lower);
        core.drain();

        b.changed(C, name, null);

        assertThat(sent(core.drain())).contains(send(C, new Ask(name, own.claim(), false)));
    }

    @Test
    void whoWaitsAsksAgainAsAWordMayBeLost() {
        b.register(name, "p");
        NameRow own = written(core.drain());
        NameRow higher = row(State.PENDING, HIGHEST, "q");
        b.changed(A, name, higher);
        core.message(A, new Refused(name, own.claim(), new Claim(A, higher), false));
        core.drain();

        core.tick(200);

        assertThat(sent(core.drain())).contains(send(A, new Ask(name, own.claim(), false)));
    }

    @Test
    void whoHasGivenItsWordWaitsWithItsOwnClaim() {
        NameRow rival = row(State.PENDING, LOWEST, "q");
        b.changed(A, name, rival);
        core.drain();

        b.register(name, "p");
        assertThat(core.drain()).containsExactly(new NamesEffect.Watch("p"));

        b.changed(A, name, null);
        assertThat(written(core.drain()).process()).isEqualTo("p");
    }

    @Test
    void whoWaitsAndGivesAnotherItsWordWaitsForThatOneToo() {
        b.changed(A, name, row(State.PENDING, LOWEST, "q"));
        b.register(name, "p");
        b.changed(C, name, row(State.PENDING, HIGHEST, "r"));
        core.drain();

        b.changed(A, name, null);
        assertThat(core.drain()).isEmpty();

        b.changed(C, name, null);
        assertThat(written(core.drain()).process()).isEqualTo("p");
    }

    @Test
    void registersOfOneNodeForOneNameWaitInLine() {
        b.register(name, "p");
        NameRow first = written(core.drain());
        b.register(name, "q");
        assertThat(core.drain()).containsExactly(new NamesEffect.Watch("q"));

        core.stopped("p");

        List<NamesEffect> effects = core.drain();
        assertThat(effects).contains(new NamesEffect.Erase(name), answer(1, new NameOutcome.Stopped()));
        assertThat(written(effects).process()).isEqualTo("q");
        assertThat(written(effects).claim()).isNotEqualTo(first.claim());
    }

    @Test
    void aNodeThatHasNotSyncedClaimsNothing() {
        OneNode fresh = new OneNode();
        fresh.core.tick(0);
        fresh.core.visible(A);
        fresh.core.visible(C);
        fresh.core.caughtUp(A);
        fresh.register(name, "p");
        assertThat(fresh.core.drain()).containsExactly(new NamesEffect.Watch("p"));

        fresh.core.caughtUp(C);
        assertThat(written(fresh.core.drain()).process()).isEqualTo("p");
    }

    @Test
    void aNodeThatSeesNobodyClaimsAfterAWhile() {
        OneNode alone = new OneNode();
        alone.core.tick(7);
        alone.register(name, "p");
        alone.core.tick(506);
        assertThat(alone.core.drain()).containsExactly(new NamesEffect.Watch("p"));

        alone.core.tick(507);
        assertThat(alone.core.drain()).last().isInstanceOf(NamesEffect.Answer.class);
        assertThat(alone.core.owns(name)).isTrue();
    }
}

package io.capstan.registry.core;

import static io.capstan.registry.core.OneNode.A;
import static io.capstan.registry.core.OneNode.B;
import static io.capstan.registry.core.OneNode.C;
import static io.capstan.registry.core.OneNode.answer;
import static io.capstan.registry.core.OneNode.heirOf;
import static io.capstan.registry.core.OneNode.nameOrderedBy;
import static io.capstan.registry.core.OneNode.row;
import static io.capstan.registry.core.OneNode.send;
import static io.capstan.registry.core.OneNode.sent;
import static io.capstan.registry.core.OneNode.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.registry.Metadata;
import io.capstan.registry.core.ClaimMessage.Outcome;
import io.capstan.registry.core.ClaimMessage.Won;
import io.capstan.registry.core.ClaimMessage.Yield;
import io.capstan.registry.core.NameRow.Loss;
import io.capstan.registry.core.NameRow.State;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a name is passed on, given up, and how of several owners one remains, rule by rule, as node b sees it. */
class OwnerTest {
    private static final long HIGHEST = -1;
    private static final long LOWEST = 0;

    private final OneNode b = OneNode.synced();
    private final NamesCore core = b.core;
    private final String name = nameOrderedBy(C);

    @Test
    void aNameIsFreeAsSoonAsItsProcessStops() {
        b.owner(name, "p");

        core.stopped("p");

        assertThat(core.drain()).containsExactly(new NamesEffect.Erase(name), new NamesEffect.Show(name, null));
    }

    @Test
    void reRegisterOnTheOwnersNodeLeavesNoMomentWithoutAnOwner() {
        NameRow before = b.owner(name, "p");

        b.register(name, "q", true, 1_000);

        List<NamesEffect> effects = core.drain();
        NameRow after = written(effects);
        assertThat(after.rank()).isEqualTo(1);
        assertThat(after.lineage()).isEqualTo(before.lineage());
        assertThat(effects)
                .containsExactly(
                        new NamesEffect.Watch("q"),
                        new NamesEffect.Unwatch("p"),
                        new NamesEffect.Write(name, after),
                        new NamesEffect.Show(name, new Claim(B, after)));
    }

    @Test
    void aRegisterUnregisteredBeforeItWasToldYesIsToldThatNobodyHasTheName() {
        b.register(name, "p");
        NameRow pending = written(core.drain());
        core.message(A, new ClaimMessage.Seen(name, pending.claim(), State.PENDING, null));
        core.message(C, new ClaimMessage.Seen(name, pending.claim(), State.PENDING, null));
        core.drain();

        core.request(new NameRequest.Unregister(new Caller(B, 60), name, 1_000));

        assertThat(core.drain())
                .contains(answer(1, new NameOutcome.NotRegistered()), answer(60, new NameOutcome.Unregistered(true)));
    }

    @Test
    void withinOneLineageTheHigherRankWinsWithoutAWord() {
        NameRow own = b.owner(name, "p");
        NameRow heir = heirOf(own, LOWEST, "q");

        b.changed(A, name, heir);

        assertThat(core.drain())
                .containsExactly(
                        new NamesEffect.Show(name, new Claim(A, heir)),
                        new NamesEffect.Erase(name),
                        new NamesEffect.Unwatch("p"));
    }

    @Test
    void unregisterFromElsewhereAsksTheOwnersNode() {
        b.changed(A, name, row(State.OWNED, 5, "q"));
        core.drain();
        NameRequest.Unregister request = new NameRequest.Unregister(new Caller(B, 8), name, 1_000);
        core.request(request);
        assertThat(core.drain()).containsExactly(send(A, new ClaimMessage.Forward(request, 1_000)));

        core.message(A, new ClaimMessage.Reply(name, new Caller(B, 8), new NameOutcome.Unregistered(true)));
        core.message(A, new ClaimMessage.Reply(name, new Caller(B, 8), new NameOutcome.Unregistered(true)));
        assertThat(core.drain()).containsExactly(answer(8, new NameOutcome.Unregistered(true)));
    }

    @Test
    void whatANodeGivesBackIsNeverAnothers() {
        b.changed(A, name, row(State.OWNED, 5, "q"));
        core.drain();

        core.request(new NameRequest.Unregister(new Caller(B, 8), name, 1_000), B);

        assertThat(core.drain()).containsExactly(answer(8, new NameOutcome.Unregistered(false)));
    }

    @Test
    void unregisterIsUnknownWhenTheOwnersNodeGoes() {
        b.changed(A, name, row(State.OWNED, 5, "q"));
        core.request(new NameRequest.Unregister(new Caller(B, 8), name, 1_000));
        core.drain();

        core.hidden(A);

        assertThat(core.drain()).containsExactly(answer(8, new NameOutcome.Unknown()));
    }

    @Test
    void unregisterThatCameFromElsewhereIsAnsweredThere() {
        b.owner(name, "p");
        Caller caller = new Caller(A, 8);

        core.message(A, new ClaimMessage.Forward(new NameRequest.Unregister(caller, name, 0), 500));

        assertThat(core.drain())
                .containsExactly(
                        new NamesEffect.Erase(name),
                        new NamesEffect.Show(name, null),
                        new NamesEffect.Unwatch("p"),
                        send(A, new ClaimMessage.Reply(name, caller, new NameOutcome.Unregistered(true))));
    }

    @Test
    void theArbiterTellsAllOwnersOnceAndAgainUntilOneIsLeft() {
        String ours = nameOrderedBy(B);
        NameRow low = row(State.OWNED, LOWEST, "q");
        NameRow high = row(State.OWNED, HIGHEST, "r");
        b.changed(A, ours, low);
        b.changed(C, ours, high);
        Outcome outcome = new Outcome(ours, List.of(low.claim(), high.claim()), high.claim());
        assertThat(sent(core.drain())).containsExactly(send(A, outcome), send(C, outcome));

        core.tick(199);
        assertThat(core.drain()).isEmpty();
        core.tick(200);
        assertThat(core.drain()).containsExactly(send(A, outcome), send(C, outcome));

        b.changed(A, ours, null);
        core.tick(400);
        assertThat(core.drain()).isEmpty();
    }

    @Test
    void aResolverIsAskedOnceForEachSetOfOwners() {
        String ours = nameOrderedBy(B);
        NameRow low = row(State.OWNED, LOWEST, "q");
        ClaimId id = new ClaimId(HIGHEST, 9);
        NameRow high = new NameRow(id, 0, id, State.OWNED, Loss.CUSTOM, "r", Metadata.NONE);
        b.changed(A, ours, low);
        b.changed(C, ours, high);
        List<Claim> rivals = List.of(new Claim(A, low), new Claim(C, high));
        core.tick(200);
        assertThat(core.drain())
                .filteredOn(NamesEffect.Resolve.class::isInstance)
                .containsExactly(new NamesEffect.Resolve(ours, rivals));

        core.resolved(ours, rivals, low.claim());
        Outcome outcome = new Outcome(ours, List.of(low.claim(), id), low.claim());
        assertThat(core.drain()).containsExactly(send(A, outcome), send(C, outcome));
    }

    @Test
    void aLoserActsOnlyOnTheWinnersConfirmation() {
        NameRow own = b.owner(name, "p");
        NameRow rival = row(State.OWNED, HIGHEST, "q");
        Claim winner = new Claim(A, rival);
        b.changed(A, name, rival);
        core.drain();

        core.message(C, new Outcome(name, List.of(own.claim(), rival.claim()), rival.claim()));
        assertThat(core.drain()).containsExactly(send(A, new Yield(name, new Claim(B, own), rival.claim(), 1)));

        core.message(A, new Won(name, own.claim(), winner, 1));
        assertThat(core.drain())
                .containsExactly(
                        new NamesEffect.Erase(name),
                        new NamesEffect.Lost(name, own, winner),
                        new NamesEffect.Unwatch("p"));
    }

    @Test
    void whoAsksToLoseConfirmsNoWin() {
        NameRow own = b.owner(name, "p");
        NameRow rival = row(State.OWNED, HIGHEST, "q");
        b.changed(A, name, rival);
        core.message(C, new Outcome(name, List.of(own.claim(), rival.claim()), rival.claim()));
        core.drain();

        core.message(A, new Yield(name, new Claim(A, rival), own.claim(), 5));

        assertThat(core.drain()).isEmpty();
    }

    @Test
    void ofTwoThatAskEachOtherTheHigherTakesItsAskingBackAndConfirms() {
        NameRow own = b.owner(name, "p");
        NameRow rival = row(State.OWNED, LOWEST, "q");
        b.changed(A, name, rival);
        core.message(C, new Outcome(name, List.of(rival.claim(), own.claim()), rival.claim()));
        core.drain();

        core.message(A, new Yield(name, new Claim(A, rival), own.claim(), 5));
        assertThat(core.drain()).containsExactly(send(A, new Won(name, rival.claim(), new Claim(B, own), 5)));

        core.message(A, new Won(name, own.claim(), new Claim(A, rival), 1));
        assertThat(core.drain()).as("the asking was taken back").isEmpty();
    }

    @Test
    void whoeverConfirmedAWinNeverLosesToThatClaimAndSaysSo() {
        NameRow own = b.owner(name, "p");
        NameRow rival = row(State.OWNED, HIGHEST, "q");
        b.changed(A, name, rival);
        core.message(A, new Yield(name, new Claim(A, rival), own.claim(), 5));
        core.drain();

        core.message(C, new Outcome(name, List.of(own.claim(), rival.claim()), rival.claim()));

        assertThat(core.drain())
                .containsExactly(send(A, new Outcome(name, List.of(own.claim(), rival.claim()), own.claim())));
    }

    @Test
    void allOwnersGoWhenNobodyIsToRemain() {
        NameRow own = b.owner(name, "p");
        NameRow rival = row(State.OWNED, HIGHEST, "q");
        b.changed(A, name, rival);
        core.drain();

        core.message(C, new Outcome(name, List.of(own.claim(), rival.claim()), null));

        assertThat(core.drain()).contains(new NamesEffect.Erase(name), new NamesEffect.Lost(name, own, null));
    }

    @Test
    void whenNobodyIsToRemainTheLastOwnerIsToldAgainThoughTheOthersAreGone() {
        String ours = nameOrderedBy(B);
        NameRow low = row(State.OWNED, LOWEST, "q");
        ClaimId id = new ClaimId(HIGHEST, 9);
        NameRow high = new NameRow(id, 0, id, State.OWNED, Loss.NOTIFY_BOTH, "r", Metadata.NONE);
        b.changed(A, ours, low);
        b.changed(C, ours, high);
        Outcome outcome = new Outcome(ours, List.of(low.claim(), id), null);
        assertThat(sent(core.drain())).containsExactly(send(A, outcome), send(C, outcome));

        b.changed(C, ours, null); // It was told; a did not see us yet, and took no notice.
        core.drain();
        core.tick(200);
        assertThat(sent(core.drain())).contains(send(A, outcome));

        b.changed(A, ours, null);
        core.drain();
        core.tick(400);
        assertThat(core.drain()).isEmpty();
    }

    @Test
    void anOwnerWhoComesAfterAllOthersWereToldToGoStays() {
        String ours = nameOrderedBy(B);
        ClaimId id = new ClaimId(HIGHEST, 9);
        b.changed(A, ours, row(State.OWNED, LOWEST, "q"));
        b.changed(C, ours, new NameRow(id, 0, id, State.OWNED, Loss.NOTIFY_BOTH, "r", Metadata.NONE));
        b.changed(C, ours, null);
        b.changed(A, ours, row(State.OWNED, LOWEST + 1, "s"));
        core.drain();

        core.tick(200);

        assertThat(core.drain()).isEmpty();
    }

    @Test
    void anOutcomeAboutOtherClaimsIsIgnored() {
        NameRow own = b.owner(name, "p");
        NameRow rival = row(State.OWNED, HIGHEST, "q");
        b.changed(A, name, rival);
        core.drain();

        core.message(C, new Outcome(name, List.of(new ClaimId(3, 3), rival.claim()), rival.claim()));

        assertThat(core.drain()).isEmpty();
        assertThat(core.owns(name)).isTrue();
        assertThat(own.owned()).isTrue();
    }

    @Test
    void duringAConflictAllNodesShowTheSameOwner() {
        NameRow own = b.owner(name, "p");
        NameRow lower = row(State.OWNED, LOWEST, "q");
        b.changed(A, name, lower);
        assertThat(core.holder(name)).isEqualTo(new Claim(B, own));

        NameRow higher = row(State.OWNED, HIGHEST, "r");
        b.changed(C, name, higher);
        assertThat(core.holder(name)).isEqualTo(new Claim(C, higher));
    }

    private void update(String expected, String metadata) {
        core.request(
                new NameRequest.Update(new Caller(B, 50), name, 1_000, Metadata.of(expected), Metadata.of(metadata)));
    }

    @Test
    void anUpdateIsToldWhenEveryVisibleNodeHasStoredIt() {
        NameRow before = b.owner(name, "p");

        update("", "new");

        NameRow after = written(core.drain());
        assertThat(after.metadata()).isEqualTo(Metadata.of("new"));
        assertThat(after.process()).isEqualTo("p");
        assertThat(after.supersedes(before)).isTrue();
        core.message(A, new ClaimMessage.Seen(name, after.claim(), State.OWNED, null));
        assertThat(core.drain()).isEmpty();
        core.message(C, new ClaimMessage.Seen(name, after.claim(), State.OWNED, null));
        assertThat(core.drain()).containsExactly(answer(50, new NameOutcome.Registered(after.claim())));
    }

    @Test
    void anUpdateOfWhatIsNotThereAnyMoreChangesNothing() {
        NameRow own = b.owner(name, "p");

        update("old", "new");

        assertThat(core.drain()).containsExactly(answer(50, new NameOutcome.Stale(new Claim(B, own))));
    }

    @Test
    void anUpdatePastItsDeadlineStandsAndTheNameStays() {
        b.owner(name, "p");
        update("", "new");
        core.drain();

        core.tick(1_000);

        assertThat(core.drain()).containsExactly(answer(50, new NameOutcome.Untold()));
        assertThat(core.owns(name)).isTrue();
    }

    @Test
    void whoeverRegisteredAProcessOfOursIsToldThatItLost() {
        NameRequest.Register request =
                new NameRequest.Register(new Caller(A, 9), name, 1_000, false, Loss.NOTIFY_ONE, "p", Metadata.NONE);
        core.message(A, new ClaimMessage.Forward(request, 1_000));
        NameRow pending = written(core.drain());
        for (State state : State.values()) {
            core.message(A, new ClaimMessage.Seen(name, pending.claim(), state, null));
            core.message(C, new ClaimMessage.Seen(name, pending.claim(), state, null));
        }
        NameRow own = written(core.drain());
        NameRow rival = row(State.OWNED, HIGHEST, "q");
        b.changed(A, name, rival);
        core.drain();

        core.message(C, new Outcome(name, List.of(own.claim(), rival.claim()), null));

        assertThat(core.drain()).contains(send(A, new ClaimMessage.Told(name, own, null)));
    }

    @Test
    void aNodeThatLeavesTakesNoNamesAnyMoreForAnybody() {
        String queued = nameOrderedBy(A);
        b.owner(name, "p");
        b.register(queued, "q", false, 1_000);
        core.drain();
        Caller caller = new Caller(A, 9);
        NameRequest.Register late =
                new NameRequest.Register(caller, name, 1_000, false, Loss.NOTIFY_ONE, "p", Metadata.NONE);

        core.leave();
        assertThat(core.drain())
                .contains(new NamesEffect.Erase(name), new NamesEffect.Erase(queued))
                .contains(answer(2, new NameOutcome.Stopped()));
        core.message(A, new ClaimMessage.Forward(late, 1_000));

        assertThat(core.drain())
                .containsExactly(send(A, new ClaimMessage.Reply(name, caller, new NameOutcome.Stopped())));
    }
}

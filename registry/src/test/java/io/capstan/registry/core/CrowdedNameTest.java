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
import io.capstan.registry.core.ClaimMessage.Ask;
import io.capstan.registry.core.ClaimMessage.Refused;
import io.capstan.registry.core.ClaimMessage.Seen;
import io.capstan.registry.core.NameRow.Loss;
import io.capstan.registry.core.NameRow.State;
import org.junit.jupiter.api.Test;

/** Several claims on their way to one name: nobody waits for what will never be. */
class CrowdedNameTest {
    private final OneNode b = OneNode.synced();
    private final NamesCore core = b.core;
    private final String name = nameOrderedBy(C);

    private void update() {
        core.request(new NameRequest.Update(new Caller(B, 50), name, 1_000, Metadata.NONE, Metadata.of("new")));
    }

    private NameRow takingOver(NameRow from) {
        NameRow heir = heirOf(from, 9, "q");
        return new NameRow(heir.claim(), 1, heir.lineage(), State.PENDING, heir.loss(), "q", heir.metadata());
    }

    @Test
    void whatReplacesAnOwnerInPlaceWaitsForWhoeverIsOnHisWayToTakeOver() {
        NameRow before = b.owner(name, "p");
        NameRow heir = takingOver(before);
        b.changed(A, name, heir);
        core.drain();

        update();
        b.register(name, "r", true, 1_000);
        assertThat(core.drain()).doesNotHaveAnyElementsOfTypes(NamesEffect.Write.class, NamesEffect.Answer.class);

        b.changed(A, name, heir.asOwned());
        assertThat(core.drain()).contains(answer(50, new NameOutcome.Stale(new Claim(A, heir.asOwned()))));
    }

    @Test
    void whatReplacesAnOwnerInPlaceGoesOnWhenTheTakeoverIsWithdrawn() {
        NameRow heir = takingOver(b.owner(name, "p"));
        b.changed(A, name, heir);
        update();
        core.drain();

        b.changed(A, name, null);

        assertThat(written(core.drain()).metadata()).isEqualTo(Metadata.of("new"));
    }

    @Test
    void whoTakesOverWaitsNoLongerForOneWhoOwnsByNow() {
        NameRow owner = row(State.OWNED, 5, "q");
        NameRow heir = heirOf(owner, 6, "r");
        NameRow claiming = new NameRow(
                heir.claim(), heir.rank(), heir.lineage(), State.PENDING, heir.loss(), heir.process(), heir.metadata());
        b.changed(A, name, owner);
        b.changed(C, name, claiming);
        b.register(name, "p", true, 5_000);
        assertThat(OneNode.of(NamesEffect.Write.class, core.drain()))
                .as("it waits")
                .isEmpty();

        b.changed(C, name, claiming.asOwned());

        NameRow own = written(core.drain());
        assertThat(own.supersedes(heir)).isTrue();
    }

    @Test
    void whoClaimsAsksItsRivalsAgainThoughTheyHaveAnswered() {
        b.register(name, "p");
        NameRow own = written(core.drain());
        NameRow rival = row(State.PENDING, Long.MAX_VALUE, "q");
        core.message(A, new Seen(name, own.claim(), State.PENDING, null));
        b.changed(A, name, rival);
        core.message(C, new Refused(name, own.claim(), new Claim(A, rival), true));
        core.drain();

        core.tick(200);

        assertThat(sent(core.drain()))
                .containsExactly(
                        send(C, new Ask(name, own.claim(), false)), send(A, new Ask(name, own.claim(), false)));
    }

    @Test
    void whoHasNotBeenToldYesConfirmsNoWinAsItMayBeWithdrawnYet() {
        b.register(name, "p");
        NameRow own = written(core.drain());
        core.message(A, new Seen(name, own.claim(), State.PENDING, null));
        core.message(C, new Seen(name, own.claim(), State.PENDING, null));
        NameRow rival = row(State.OWNED, 1, "q");
        b.changed(A, name, rival);
        core.drain();

        ClaimMessage.Yield asking = new ClaimMessage.Yield(name, new Claim(A, rival), own.claim(), 7);
        core.message(A, asking);
        assertThat(sent(core.drain())).isEmpty();

        core.message(A, new Seen(name, own.claim(), State.OWNED, null));
        core.message(C, new Seen(name, own.claim(), State.OWNED, null));
        core.drain();
        core.message(A, asking);
        assertThat(sent(core.drain()))
                .containsExactly(send(A, new ClaimMessage.Won(name, rival.claim(), new Claim(B, own.asOwned()), 7)));
    }

    @Test
    void howeverManyReplaceEachOtherAtOnceTheyAreDoneOneAfterTheOther() {
        NamesCore alone = new NamesCore(B, 1, 2, new NamesTiming(300, 200, 500, 4_096));
        alone.tick(0);
        for (int i = 0; i < 100_000; i++) {
            alone.request(new NameRequest.Register(
                    new Caller(B, i), name, 1_000, true, Loss.KILL_ONE, "p" + i, Metadata.NONE));
        }

        alone.tick(500);

        assertThat(OneNode.of(NamesEffect.Answer.class, alone.drain())).hasSize(100_000);
        assertThat(alone.owns(name)).isTrue();
    }
}

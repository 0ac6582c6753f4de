package io.capstan.registry.core;

import static io.capstan.registry.core.OneNode.A;
import static io.capstan.registry.core.OneNode.C;
import static io.capstan.registry.core.OneNode.nameOrderedBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.registry.core.NameRow.State;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whom a third node shows while a name goes from one to another. */
class SuccessionTest {
    private final OneNode b = OneNode.synced();
    private final NamesCore core = b.core;
    private final String name = nameOrderedBy(C);

    /** A takeover by c from a: what b is told of the two comes by two ways, and a's may be the faster. */
    private NameRow takenOver() {
        NameRow before = OneNode.row(State.OWNED, 5, "p");
        b.changed(A, name, before);
        NameRow heir = comes(before);
        b.changed(A, name, null);
        assertThat(OneNode.of(NamesEffect.Show.class, core.drain())).isEmpty();
        return heir;
    }

    @Test
    void whoIsTakenOverIsShownUntilTheOtherOwnsWhicheverIsHeardOfFirst() {
        NameRow heir = takenOver();

        b.changed(C, name, heir);

        assertThat(OneNode.of(NamesEffect.Show.class, core.drain()))
                .containsExactly(new NamesEffect.Show(name, new Claim(C, heir)));
    }

    @Test
    void whoIsGoneAndSucceededByNobodyIsShownNoLonger() {
        takenOver();
        b.changed(C, name, null);
        assertThat(core.drain()).contains(new NamesEffect.Show(name, null));

        takenOver();
        core.tick(1_000);
        assertThat(core.drain()).contains(new NamesEffect.Show(name, null));
    }

    @Test
    void whoGaveItsNameUpIsNotShownHereWhenItIsToldSoThoughASuccessorIsComing() {
        NameRow ours = b.owner(name, "p");
        comes(ours);

        core.request(new NameRequest.Unregister(new Caller(OneNode.B, 7), name, 1_000));

        List<NamesEffect> effects = core.drain();
        assertThat(effects)
                .containsSubsequence(
                        new NamesEffect.Show(name, null), OneNode.answer(7, new NameOutcome.Unregistered(true)));
        assertThat(core.holder(name)).isNull();
    }

    @Test
    void whoHasStoppedIsNotShownHereThoughASuccessorIsComing() {
        NameRow ours = b.owner(name, "p");
        comes(ours);

        core.stopped("p");

        assertThat(core.drain()).contains(new NamesEffect.Show(name, null));
    }

    @Test
    void anOwnerOfOursIsShownUntilItsSuccessorIs() {
        NameRow ours = b.owner(name, "p");
        NameRow heir = comes(ours);

        b.changed(C, name, heir);

        assertThat(OneNode.of(NamesEffect.Show.class, core.drain()))
                .containsExactly(new NamesEffect.Show(name, new Claim(C, heir)));
    }

    @Test
    void whoIsHiddenIsNotShownThoughASuccessorIsComing() {
        takenOver();

        core.hidden(A);

        assertThat(core.drain()).contains(new NamesEffect.Show(name, null));
    }

    /** The claim of c that is on its way to take over from {@code owner}; returned is what it will be. */
    private NameRow comes(NameRow owner) {
        NameRow heir = OneNode.heirOf(owner, 6, "q");
        b.changed(C, name, pending(heir));
        core.drain();
        return heir;
    }

    private static NameRow pending(NameRow heir) {
        return new NameRow(
                heir.claim(), heir.rank(), heir.lineage(), State.PENDING, heir.loss(), heir.process(), heir.metadata());
    }
}
